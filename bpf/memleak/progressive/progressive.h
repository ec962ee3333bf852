/* Watching without a probe on malloc, and putting some there once it is worth it. */
#pragma once

#include "output/output.h"

struct progressive;
struct progressive *progressive_new(const struct options *options, struct tracer *tracer,
				    struct objects *objects, struct output *output);
/* Who looks into the process for what the rule suspects. */
void progressive_reach(struct progressive *progressive, struct inquiry *inquiry);
/* Seconds between two looks. */
double progressive_tick(const struct options *options);
/* One look; true once there is a finding. */
bool progressive_step(struct progressive *progressive);
/* The process has become another program: it begins anew, without probes. */
void progressive_exec(struct progressive *progressive);
void progressive_end(struct progressive *progressive);
void progressive_free(struct progressive *progressive);
