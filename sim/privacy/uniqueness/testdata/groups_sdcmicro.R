# Counts of groups by sdcMicro. See README.md.
suppressMessages(library(sdcMicro))
x <- read.csv("records.csv")
profile <- c("sign_up_date", "id_verified", "linked_banks", "linked_cards")
counts <- c("topups_7d", "payments_7d", "remittances_7d", "withdrawals_7d", "card_payments_7d")
amounts <- c("payment_amount_7d_won", "topup_amount_7d_won", "remittance_amount_7d_won")
sets <- list("sign-up-date" = "sign_up_date", profile = profile, counts = counts, balance = "balance_won",
  "profile-counts" = c(profile, counts), "profile-balance" = c(profile, "balance_won"),
  "profile-counts-balance" = c(profile, counts, "balance_won"),
  "profile-counts-balance-amounts" = c(profile, counts, "balance_won", amounts),
  named = c("sign_up_date", "tenure_days", "id_verified", "balance_won", counts),
  behaviour = setdiff(names(x), "in_scope"))

coarsen <- function(x, count, won, idle, format_date) {
  for (n in c(counts, "received_7d", "failed_topups_7d")) x[[n]] <- findInterval(x[[n]], count)
  for (n in c(amounts, "balance_won")) x[[n]] <- findInterval(x[[n]], won)
  x$idle_days <- findInterval(x$idle_days, idle)
  x$sign_up_date <- as.integer(format(as.Date(x$sign_up_date, origin = "1970-01-01"), format_date))
  x$tenure_days <- 0L
  x
}
data <- list(exact = x,
  banded = coarsen(x, 2^(0:7), c(1, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6), c(1, 2, 4, 7, 14, 30, 90), "%Y%m"),
  coarse = coarsen(x, 1, c(1, 1e4, 1e5), c(7, 30, 90), "%Y"))

out <- NULL
for (p in names(data)) for (whose in c("everyone", "in-scope")) for (s in names(sets)) {
  y <- data[[p]]
  if (whose == "in-scope") y <- y[y$in_scope == 1, ]
  fk <- freqCalc(y, keyVars = sets[[s]])$fk
  out <- rbind(out, data.frame(regime = whose, items = s, precision = p, people = length(fk), groups = round(sum(1 / fk)),
    alone = sum(fk <= 1), at_most_2 = sum(fk <= 2), at_most_5 = sum(fk <= 5), at_most_10 = sum(fk <= 10)))
}
write.csv(out, "sdcmicro.csv", row.names = FALSE, quote = FALSE)
