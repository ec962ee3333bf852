#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "symbols/demangle.h"
#include "symbols/rust.h"

char *demangle(const char *name)
{
	static char *(*call)(const char *, char *, size_t *, int *);
	static bool tried;
	int status = -1;
	char *rust = rust_demangle(name);

	if (rust)
		return rust;
	if (!tried) {
		tried = true;
		void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
		if (library)
			*(void **)&call = dlsym(library, "__cxa_demangle");
	}
	if (!call || strncmp(name, "_Z", 2) != 0)
		return NULL;
	char *plain = call(name, NULL, NULL, &status);
	return status == 0 ? plain : NULL;
}
