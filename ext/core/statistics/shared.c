/*
** shared.c: what methods make of the same scores, each thing once.
*/
#include "statistics/shared.h"

coreset_status core_shared_field(coreset_context *context, core_shared *shared, core_field_kind kind,
                                 const core_field **field) {
  coreset_status status = CORESET_OK;
  if (shared->fields[kind] == NULL) {
    core_field *made = core_take(context, shared->arena, 1, sizeof(*made));
    status = made == NULL ? CORESET_NO_MEMORY : core_field_build(context, shared->arena, shared->scores, kind, made);
    if (status == CORESET_OK) shared->fields[kind] = made;
  }
  *field = shared->fields[kind];
  return status;
}

coreset_status core_shared_curves(coreset_context *context, core_shared *shared, const double **curves) {
  coreset_status status = CORESET_OK;
  if (!shared->has_curves) {
    status = core_item_curves_fit(context, shared->arena, shared->scores, &shared->curves);
    shared->has_curves = status == CORESET_OK;
  }
  *curves = shared->curves;
  return status;
}
