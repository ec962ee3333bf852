/* Ways for a function to end: returns, a jump to another, one through a table of the linker's, one
 * to nobody knows where. */
#include <stdlib.h>

extern void *(*volatile anywhere)(size_t bytes);
void *(*volatile anywhere)(size_t bytes);

__attribute__((noinline)) void *slow(size_t bytes)
{
	return bytes > 100 ? calloc(1, bytes) : (void *)bytes;
}

void *ends_twice(size_t bytes)
{
	static char room[100];

	if (bytes < sizeof(room))
		return room + bytes;
	return slow(bytes);
}

void *ends_in_another_library(size_t bytes)
{
	return malloc(bytes);
}

void *ends_anywhere(size_t bytes)
{
	return anywhere(bytes);
}
