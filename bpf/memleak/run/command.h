/* A command that is begun to be traced: it stands still before its first malloc, until probes are
 * on. */
#pragma once

#include "ground/reason.h"
#include "options/options.h"

struct command {
	pid_t pid; /* 0: none */
	bool goes; /* it is held no longer */
};
/* Begins it, and holds it where its libraries are mapped and none of their code has run; -1 with
 * `why`. */
int command_begin(struct command *command, const struct options *options, struct reason *why);
void command_go(struct command *command);
/* It ends with us. */
void command_end(struct command *command);
