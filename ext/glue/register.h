/*
** register.h: what ext/coreset.c registers: one function for each file of SQL functions.
*/
#ifndef GLUE_REGISTER_H
#define GLUE_REGISTER_H

#include "glue/sqlite.h"

int glue_register_matrix_functions(sqlite3 *db);
int glue_register_matrix_tables(sqlite3 *db);
int glue_register_select_table(sqlite3 *db);
int glue_register_select_aggregate(sqlite3 *db);
int glue_register_predict_table(sqlite3 *db);
int glue_register_compare_table(sqlite3 *db);
int glue_register_suites_functions(sqlite3 *db);
int glue_register_suites_table(sqlite3 *db);
int glue_register_next_table(sqlite3 *db);
int glue_register_explain_table(sqlite3 *db);
int glue_register_items_table(sqlite3 *db);
int glue_register_fit_functions(sqlite3 *db);
int glue_register_evaluate_table(sqlite3 *db);
int glue_register_power_table(sqlite3 *db);
int glue_register_judge_functions(sqlite3 *db);
int glue_register_info_functions(sqlite3 *db);

#endif /* GLUE_REGISTER_H */
