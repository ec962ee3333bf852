#include <pthread.h>

#include "ground/links.h"

static void *destroy(void *link)
{
	bpf_link__destroy(link);
	return NULL;
}

void links_destroy(struct bpf_link **links, int count)
{
	pthread_t threads[MAX_LINKS];
	int started = 0;

	for (int i = 0; i < count; i++) {
		if (pthread_create(&threads[started], NULL, destroy, links[i]))
			destroy(links[i]);
		else
			started++;
	}
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}
