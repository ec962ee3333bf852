// Fetches one address after another over HTTP/2, each by a connection of its own, and takes nothing
// that the server pushes.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int refuses(CURL *parent, CURL *pushed, size_t count, struct curl_pushheaders *headers,
		   void *asked)
{
	(void)parent, (void)pushed, (void)count, (void)headers, (void)asked;
	return CURL_PUSH_DENY;
}

static size_t dropped(char *bytes, size_t size, size_t count, void *to)
{
	(void)bytes, (void)to;
	return size * count;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	const long period_ns = 1000000000L / atol(argv[2]);
	const struct timespec pause = { period_ns / 1000000000L, period_ns % 1000000000L };
	CURLM *all = curl_multi_init();
	CURL *one = curl_easy_init();

	curl_multi_setopt(all, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(all, CURLMOPT_PUSHFUNCTION, refuses);
	curl_easy_setopt(one, CURLOPT_URL, argv[1]);
	curl_easy_setopt(one, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(one, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	curl_easy_setopt(one, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(one, CURLOPT_WRITEFUNCTION, dropped);
	for (;;) {
		int running = 1;

		curl_multi_add_handle(all, one);
		while (running) {
			if (curl_multi_perform(all, &running) != CURLM_OK)
				return 1;
			if (running)
				curl_multi_poll(all, NULL, 0, 1000, NULL);
		}
		int left;
		for (CURLMsg *said; (said = curl_multi_info_read(all, &left));) {
			if (said->msg != CURLMSG_DONE || said->data.result == CURLE_OK)
				continue;
			fprintf(stderr, "%s\n", curl_easy_strerror(said->data.result));
			return 1;
		}
		curl_multi_remove_handle(all, one);
		nanosleep(&pause, NULL);
	}
}
