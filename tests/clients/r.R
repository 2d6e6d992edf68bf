# RSQLite.
library(DBI)

extension <- commandArgs(trailingOnly = TRUE)[1]
db <- dbConnect(RSQLite::SQLite(), ":memory:", loadable.extensions = TRUE)
loaded <- dbGetQuery(db, "SELECT load_extension(?)", params = list(extension))
done <- dbExecute(db, paste(readLines("tests/clients/scores.sql"), collapse = "\n"))

# A blob is a raw vector in a list, and so it comes back in a column that is a list.
matrix <- dbGetQuery(db, "SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'newcomer'")$m
cat("matrix", length(matrix[[1]]), "bytes\n")
todo <- dbGetQuery(db, "SELECT rank, question FROM coreset_select(?, '10%')", params = list(matrix))
cat(paste0(todo$rank, " ", todo$question, "\n"), sep = "")
answers <- dbGetQuery(db, "SELECT score_matrix(model, question, score) AS m FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(?, '10%'))", params = list(matrix))$m
predictions <- dbGetQuery(db, "SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)",
                          params = list(matrix, answers))
cat(with(predictions, sprintf("%s %.3f %.3f %.3f\n", model, predicted, lower, upper)))

refused <- tryCatch(dbGetQuery(db, "SELECT rank FROM coreset_select(?, 61)", params = list(matrix)), error = conditionMessage)
if (is.character(refused) && grepl("coreset_select(): k", refused, fixed = TRUE)) cat("error names coreset_select() and k\n")
cat(dbGetQuery(db, "SELECT count(*) AS n FROM results")$n, "rows\n")
dbDisconnect(db)
