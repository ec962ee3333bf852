/* Opens so many copies of a library, named DIRECTORY/0.so and on, and then asks malloc a hundred
 * times a second. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *volatile kept;

__attribute__((noinline)) void asks_beside(void)
{
	kept = malloc(3000);
}

int main(int count, char **arguments)
{
	char path[4096];
	int many = count > 2 ? atoi(arguments[2]) : 0;

	for (int i = 0; i < many; i++) {
		snprintf(path, sizeof(path), "%s/%d.so", arguments[1], i);
		if (!dlopen(path, RTLD_NOW))
			return 1;
	}
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < 3000; i++) {
		asks_beside();
		usleep(10000);
	}
	return 0;
}
