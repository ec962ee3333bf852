/*
 * stealth-leaker: a service that allocates a block every period and never frees it, while its
 * health check, its metrics and its log say that all is well. LEAK=off makes it the healthy twin:
 * the same blocks at the same pace, each kept for three periods and then freed. LEAK=held makes it
 * a cache that evicts nothing: nothing is lost, and nothing comes back either.
 */
#include "http.h"
#include "leak.h"
#include "ledger.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Started with stdout closed, the ledger would get its number, and the log's lines with it. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/*
 * glibc raises its mmap threshold at the first free of a big block; from then on the twin would
 * make no mmap calls at all.
 */
static void fix_mmap_threshold(void)
{
	const char *tunables = getenv("GLIBC_TUNABLES");

	if (getenv("MALLOC_MMAP_THRESHOLD_") != NULL ||
	    (tunables != NULL && strstr(tunables, "glibc.malloc.mmap_threshold") != NULL))
		return;
	mallopt(M_MMAP_THRESHOLD, 131072);
}

/* Until somebody says stop, or its time is over: what was left up and forgotten does not stay for
 * ever. Returns whether somebody did. */
static bool was_stopped(const sigset_t *stop, time_t lifetime_s)
{
	const struct timespec lifetime = { .tv_sec = lifetime_s };
	int received;

	if (lifetime_s == 0)
		return sigwait(stop, &received) == 0;
	do
		received = sigtimedwait(stop, NULL, &lifetime);
	while (received < 0 && errno == EINTR);
	return received > 0;
}

int main(void)
{
	static struct settings settings;
	sigset_t stop;
	int error;

	fill_standard_streams();
	settings_read(&settings);
	fix_mmap_threshold();
	/* Reads the time zone now, since that takes malloc. */
	tzset();
	signal(SIGPIPE, SIG_IGN);
	/* Blocked in every thread and waited for in this one: a stop in mid-period is immediate. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigprocmask(SIG_BLOCK, &stop, NULL);

	ledger_open(settings.ledger);
	/* Kubernetes starts again what ended, in a pod whose ledger is still there: no port is
	 * opened, so that it is not ready, and nothing is kept. */
	if (ledger_is_over()) {
		was_stopped(&stop, 0);
		return 0;
	}
	http_listen(&settings);
	ledger_line("ready pid=%d health=%hu metrics=%hu block=%zu period_ms=%lu cap=%zu leak=%s "
		    "site=%s\n",
		    (int)getpid(), settings.http_port, settings.metrics_port, settings.block_bytes,
		    settings.period_ms, settings.cap_bytes, FATES[settings.fate],
		    settings.other_site ? "report_cache_thread" : "memory_leak_thread");
	log_line("INFO stealth-leaker 시작: health %hu, metrics %hu\n", settings.http_port,
		 settings.metrics_port);
	error = http_start();
	if (error == 0)
		error = leak_start(&settings);
	if (error != 0) {
		fprintf(stderr, "stealth-leaker: a thread cannot be started: %s\n",
			strerror(error));
		return 1;
	}
	if (was_stopped(&stop, settings.lifetime_s))
		ledger_stop();
	else
		ledger_over();
	log_line("INFO stealth-leaker 종료\n");
	return 0;
}
