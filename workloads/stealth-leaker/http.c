#include "http.h"

#include "pages.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The longest that one client may take, all in all: there is one thread for everybody. */
#define CLIENT_NS 1000000000LL

static struct pollfd listeners[PORTS];

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int listen_on(struct in_addr address, unsigned short *port, const char *name)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(*port),
				  .sin_addr = address };
	socklen_t length = sizeof(at);
	char text[INET_ADDRSTRLEN];
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &length) < 0) {
		int error = errno;
		fprintf(stderr, "stealth-leaker: %s=%hu cannot be opened on %s: %s\n", name, *port,
			inet_ntop(AF_INET, &address, text, sizeof(text)), strerror(error));
		exit(3);
	}
	*port = ntohs(at.sin_port);
	return fd;
}

void http_listen(struct settings *s)
{
	listeners[HEALTH].fd = listen_on(s->address, &s->http_port, "HTTP_PORT");
	listeners[METRICS].fd = listen_on(s->address, &s->metrics_port, "METRICS_PORT");
	listeners[HEALTH].events = listeners[METRICS].events = POLLIN;
}

/* The head of a request: its length, 0 when there is none in time, -1 when it is too long. */
static int read_head(int client, char *head, size_t size, long long deadline)
{
	struct pollfd in = { .fd = client, .events = POLLIN };
	size_t got = 0;

	while (got < size - 1) {
		long long left = deadline - now_ns();
		if (left <= 0 || poll(&in, 1, (int)(left / 1000000) + 1) <= 0)
			return 0;
		ssize_t n = recv(client, head + got, size - 1 - got, MSG_DONTWAIT);
		if (n <= 0)
			return 0;
		got += (size_t)n;
		head[got] = '\0';
		if (strstr(head, "\r\n\r\n") != NULL || strstr(head, "\n\n") != NULL)
			return (int)got;
	}
	return -1;
}

/* Closing with bytes unread would reset the connection, and take the answer with it. */
static void drain(int client, long long deadline)
{
	static char rest[4096];
	struct pollfd in = { .fd = client, .events = POLLIN };
	long long left;

	while ((left = deadline - now_ns()) > 0 && poll(&in, 1, (int)(left / 1000000) + 1) > 0 &&
	       recv(client, rest, sizeof(rest), MSG_DONTWAIT) > 0)
		;
}

static void answer(int client, enum port port)
{
	static char request[4096], head[256];
	long long begun = now_ns();
	int got = read_head(client, request, sizeof(request), begun + CLIENT_NS);

	if (got == 0)
		return;
	struct page page = page_for(port, got < 0 ? NULL : request);
	int n = snprintf(head, sizeof(head),
			 "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
			 "Connection: close\r\n\r\n",
			 page.status, page.type, strlen(page.body));
	struct iovec parts[2] = { { head, (size_t)n }, { (char *)page.body, strlen(page.body) } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	/* An answer fits into any socket's buffer, so that not waiting loses nothing. */
	if (sendmsg(client, &message, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		page_served((unsigned long long)(now_ns() - begun));
	shutdown(client, SHUT_WR);
	if (got < 0)
		drain(client, begun + CLIENT_NS);
}

static void *http_thread(void *unused)
{
	(void)unused;
	for (;;) {
		if (poll(listeners, PORTS, -1) < 0)
			continue;
		for (int port = 0; port < PORTS; port++) {
			if (!(listeners[port].revents & POLLIN))
				continue;
			int client = accept4(listeners[port].fd, NULL, NULL, SOCK_CLOEXEC);
			if (client < 0)
				continue;
			answer(client, (enum port)port);
			close(client);
		}
	}
	return NULL;
}

int http_start(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, http_thread, NULL);

	if (error == 0)
		pthread_detach(thread);
	return error;
}
