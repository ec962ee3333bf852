#pragma once
#include "loader.h"

/* Reads the command line. Below 0: go on; otherwise the exit code, after help or a complaint. */
int options_read(struct options *options, int argc, char **argv);
