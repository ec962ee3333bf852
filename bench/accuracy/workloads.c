/* What the program in C can be asked for. */
#include "workloads.h"

const struct workload workloads[] = {
	{ "leak", NULL, leak, NULL },
	{ "small", NULL, small, NULL },
	{ "mix", NULL, mix, NULL },
	{ "libraries", libraries_prepare, mix, NULL },
	{ "many", NULL, many, NULL },
	{ "sites", NULL, sites, NULL },
	{ "frameless", NULL, frameless, NULL },
	{ "threads", threads_prepare, threads_go, threads_stop },
	{ "passing", passing_prepare, threads_go, threads_stop },
	{ "fork", NULL, forks, NULL },
	{ "exec", NULL, becomes, NULL },
	{ NULL, NULL, NULL, NULL },
};
