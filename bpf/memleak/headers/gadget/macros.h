/* What a gadget declares of itself: by names of variables, which its loader finds in the types. */
#pragma once

#define GADGET_PARAM(name) const void *gadget_param_##name __attribute__((unused));

/* A list: its lines are structs of this type, and come from this program. */
#define GADGET_ITER(name, type, program)                                                           \
	const struct type *unusedevent_##name##___##type __attribute__((unused));                  \
	const void *gadget_iter_##name##___##type##___##program __attribute__((unused));

/* The map that an iterator goes through. */
#define GADGET_ITER_TARGET_MAP(program, map)                                                       \
	const void *gadget_mapelem_iter_target_##program##___##map __attribute__((unused));
