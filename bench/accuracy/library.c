/* A library of which a program may have hundreds: it has a malloc of its own that it keeps to
 * itself. */
#include <stddef.h>

static void *malloc(size_t bytes)
{
	static char room[64];

	return bytes <= sizeof(room) ? room : NULL;
}

void *of_its_own(size_t bytes)
{
	return malloc(bytes);
}
