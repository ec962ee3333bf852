/* Asks whatever malloc it is bound to, a hundred times a second. */
#include <stdlib.h>
#include <unistd.h>

static char *volatile kept;

__attribute__((noinline)) void asks(void)
{
	kept = malloc(3000);
}

int main(void)
{
	for (int i = 0; i < 3000; i++) {
		asks();
		usleep(10000);
	}
	return 0;
}
