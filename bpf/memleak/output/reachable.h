/* What looking into the process has shown of one call site's blocks. */
#pragma once

#include "output/form.h"

/* Into an open object. */
void witness_json(struct json *json, const struct reach_answer *answer,
		  const struct witness *witness);
/* A line. No reader takes it for a frame: it ends with a dot. */
void witness_text(const struct output *output, const struct witness *witness,
		  uint64_t swapped_bytes);
