/* What has become of a call site's blocks: how long those lived that ended, how old the others are.
 */
#pragma once

#include "ground/json.h"
#include "output/snapshot.h"

/* As fields of the call site's object; `began_ns`: what times of the run are counted from. */
void lives_json(struct json *json, const struct site *site, const struct line *line,
		uint64_t began_ns);
/* As one line; `look_ns`: the moment of the list. */
void lives_text(const struct site *site, const struct line *line, uint64_t look_ns);
