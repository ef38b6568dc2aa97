# Rscript peers.R > proc.csv
# AUC with DeLong interval and the paired DeLong test, by pROC, from the scores that evaluate exported.
library(pROC)
s <- read.csv("scores.csv")
y <- s$bad == "true"
cat("scorer,auc_everyone,low_everyone,high_everyone,auc_in_scope,low_in_scope,high_in_scope,difference,diff_low,diff_high,p\n")
for (k in c("scorecard", "gbdt")) {
  a <- roc(y, s[[paste0("p_everyone_", k)]], levels = c(FALSE, TRUE), direction = "<", quiet = TRUE)
  b <- roc(y, s[[paste0("p_in_scope_", k)]], levels = c(FALSE, TRUE), direction = "<", quiet = TRUE)
  t <- roc.test(b, a, method = "delong", paired = TRUE)
  # the interval of the difference from the test's own standard error, which this version does not print
  d <- as.numeric(auc(b)) - as.numeric(auc(a))
  se <- abs(d / as.numeric(t$statistic))
  ca <- as.numeric(ci.auc(a, method = "delong")); cb <- as.numeric(ci.auc(b, method = "delong"))
  v <- c(ca[2], ca[1], ca[3], cb[2], cb[1], cb[3], d, d - qnorm(.975) * se, d + qnorm(.975) * se, t$p.value)
  cat(k, sprintf("%.15g", v), sep = ","); cat("\n")
}
