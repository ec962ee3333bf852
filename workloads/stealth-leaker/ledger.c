#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OVER "over\nstop\n"

static int fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct timespec start;

void ledger_open(const char *path)
{
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (path == NULL)
		return;
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		fprintf(stderr, "stealth-leaker: LEDGER=%s cannot be opened: %s\n", path,
			strerror(errno));
		exit(2);
	}
}

bool ledger_is_over(void)
{
	const ssize_t length = sizeof(OVER) - 1;
	char end[sizeof(OVER) - 1];

	if (fd < 0)
		return false;
	off_t size = lseek(fd, 0, SEEK_END);
	return size >= length && pread(fd, end, (size_t)length, size - length) == length &&
	       memcmp(end, OVER, (size_t)length) == 0;
}

unsigned long ms_since_start(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long)((now.tv_sec - start.tv_sec) * 1000 +
			       (now.tv_nsec - start.tv_nsec) / 1000000);
}

/* Called with the lock held. */
static void append(const char *line, int length)
{
	if (fd < 0 || length <= 0)
		return;
	ssize_t written = write(fd, line, (size_t)length);
	/* A disk that fills up in mid-line must not leave half a line for the next one to join. */
	if (written > 0 && written < length && ftruncate(fd, lseek(fd, 0, SEEK_END) - written) != 0)
		fd = -1;
}

void ledger_line(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	pthread_mutex_lock(&lock);
	append(line, n < (int)sizeof(line) ? n : (int)sizeof(line) - 1);
	pthread_mutex_unlock(&lock);
}

static void last(const char *line)
{
	pthread_mutex_lock(&lock);
	append(line, (int)strlen(line));
	fd = -1;
	pthread_mutex_unlock(&lock);
}

void ledger_stop(void)
{
	last("stop\n");
}

void ledger_over(void)
{
	last(OVER);
}

void log_line(const char *format, ...)
{
	char line[320];
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	struct tm tm;
	time_t now = time(NULL);
	va_list args;

	localtime_r(&now, &tm);
	size_t at = strftime(line, sizeof(line), "%Y-%m-%d %H:%M:%S ", &tm);
	va_start(args, format);
	int n = vsnprintf(line + at, sizeof(line) - at, format, args);
	va_end(args);
	/* A pipe that nobody reads would hold up the pace, and the stop. */
	if (n <= 0 || at + (size_t)n >= sizeof(line) || poll(&out, 1, 0) != 1 ||
	    !(out.revents & POLLOUT))
		return;
	ssize_t written = write(STDOUT_FILENO, line, at + (size_t)n);
	(void)written;
}
