# Makes proc.csv from input.csv: DeLong by pROC, recalibration by glm, Holm by p.adjust.
# Run: Rscript make_tables.R <folder>
suppressMessages(library(pROC))
folder <- commandArgs(TRUE)[1]
input <- read.csv(file.path(folder, "input.csv"))
out <- data.frame()
put <- function(table, score, weighted, quantity, value)
  out <<- rbind(out, data.frame(table, score, weighted, quantity,
                                value = format(value, digits = 17)))
for (name in unique(input$table)) {
  d <- input[input$table == name, ]
  if (length(unique(d$bad)) < 2) next
  curve <- function(s) roc(d$bad, s, levels = c(0, 1), direction = "<", quiet = TRUE, algorithm = 2)
  ra <- curve(d$a); rb <- curve(d$b)
  for (s in c("a", "b")) {
    r <- if (s == "a") ra else rb
    put(name, s, 0, "auc", as.numeric(auc(r)))
    put(name, s, 0, "auc_var", var(r, method = "delong"))
    if (name != "separated") {
      ci <- suppressWarnings(as.numeric(ci.auc(r, method = "delong", conf.level = 0.95)))
      put(name, s, 0, "auc_low", ci[1]); put(name, s, 0, "auc_high", ci[3])
      for (w in 0:1) {
        wt <- if (w) d$weight else rep(1, nrow(d))
        fit <- suppressWarnings(glm(d$bad ~ qlogis(d[[s]]), weights = wt, family = binomial,
                                    control = glm.control(epsilon = 1e-15, maxit = 200)))
        put(name, s, w, "intercept", coef(fit)[[1]]); put(name, s, w, "slope", coef(fit)[[2]])
      }
    }
  }
  put(name, "ab", 0, "auc_cov", cov(ra, rb, method = "delong"))
  if (name != "separated") {
    t <- roc.test(ra, rb, method = "delong", paired = TRUE)
    put(name, "ab", 0, "z", t$statistic[[1]]); put(name, "ab", 0, "p", t$p.value)
  }
}
p <- c(0.012, 0.5, 0.0004, 0.03, 0.03, 0.9, 0.0101)
q <- p.adjust(p, "holm")
for (i in seq_along(p)) put("holm", format(p[i], digits = 17), 0, "q", q[i])
for (df in c(1, 2, 5, 30, 100)) for (t in c(0.1, 1, 2.5, 8))
  put("t", format(t), df, "tail", pt(t, df, lower.tail = FALSE))
for (z in c(0.1, 1, 2.9, 3.1, 8, 20)) put("t", format(z), 0, "tail", pnorm(z, lower.tail = FALSE))
write.csv(out, file.path(folder, "proc.csv"), row.names = FALSE, quote = FALSE)
