/* A program that has loaded so many libraries that libc stands behind all of them. */
#include "workloads.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* LIBRARIES names a folder of 0.so, 1.so, 2.so … */
void libraries_prepare(void)
{
	const char *folder = getenv("LIBRARIES");
	char path[4096];
	int loaded = 0;

	if (folder == NULL)
		fail("LIBRARIES names no folder");
	do
		snprintf(path, sizeof(path), "%s/%d.so", folder, loaded);
	while (dlopen(path, RTLD_NOW | RTLD_LOCAL) != NULL && ++loaded);
	if (loaded == 0)
		fail("no library could be loaded");
}
