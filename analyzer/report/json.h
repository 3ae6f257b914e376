// json.h - making JSON without a test after every call: like the arena, these
// stop the process when memory runs out. Text must be UTF-8.

#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "report/report.h"

#include <jansson.h>
#include <stdint.h>

json_t *json_new(json_t *value); // value, which is not NULL from here on
json_t *json_text(const char *utf8);
json_t *json_number(uint32_t n);
void json_put(json_t *object, const char *key, json_t *value); // steals value
void json_add(json_t *array, json_t *value);                   // steals value
// value as one line of ASCII, without its end; value is released.
char *json_line(struct arena *a, json_t *value);

// A finding, with the keys of the output contract in their order; a trail.
json_t *finding_json(struct arena *a, const struct finding *f,
                     const struct report_options *o);
json_t *trail_json(struct arena *a, const struct trail_step *steps, size_t n,
                   const struct report_options *o);

#endif
