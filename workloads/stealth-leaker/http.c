#include "http.h"

#include "pages.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The longest that one client may take, all in all. */
#define CLIENT_NS 1000000000LL

/* How many are served at a time, by one thread. */
#define CLIENTS 64

struct client {
	int fd; /* -1 = nobody */
	enum port port;
	bool answered; /* what it still sends is only taken from the wire */
	size_t got;
	long long begun;
	char head[4096];
};

static struct pollfd listeners[PORTS];
static struct client clients[CLIENTS];

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

static void drop(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}

/* Whoever came first makes room where all places are taken: idle connections keep nobody out. */
static struct client *place(void)
{
	struct client *oldest = &clients[0];

	for (struct client *c = clients; c < clients + CLIENTS; c++) {
		if (c->fd < 0)
			return c;
		if (c->begun < oldest->begun)
			oldest = c;
	}
	drop(oldest);
	return oldest;
}

static void welcome(enum port port)
{
	int fd = accept4(listeners[port].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	struct client *client = place();
	client->fd = fd;
	client->port = port;
	client->answered = false;
	client->got = 0;
	client->begun = now_ns();
}

/* `request` is NULL where its head is too long. */
static void answer(struct client *client, const char *request)
{
	char head[256];
	struct page page = page_for(client->port, request);
	int n = snprintf(head, sizeof(head),
			 "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
			 "Connection: close\r\n\r\n",
			 page.status, page.type, strlen(page.body));
	struct iovec parts[2] = { { head, (size_t)n }, { (char *)page.body, strlen(page.body) } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	/* An answer fits into any socket's buffer, so that not waiting loses nothing. */
	if (sendmsg(client->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		page_served((unsigned long long)(now_ns() - client->begun));
	shutdown(client->fd, SHUT_WR);
	client->answered = true;
}

static void read_from(struct client *client)
{
	char *head = client->head;
	size_t room = sizeof(client->head) - 1 - client->got;

	/* Closing with bytes unread would reset the connection, and take the answer with it. */
	if (client->answered) {
		if (recv(client->fd, head, sizeof(client->head), MSG_DONTWAIT) <= 0)
			drop(client);
		return;
	}
	ssize_t n = recv(client->fd, head + client->got, room, MSG_DONTWAIT);
	if (n <= 0) {
		drop(client);
		return;
	}
	client->got += (size_t)n;
	head[client->got] = '\0';
	if (strstr(head, "\r\n\r\n") != NULL || strstr(head, "\n\n") != NULL) {
		answer(client, head);
		drop(client);
	} else if (client->got == sizeof(client->head) - 1) {
		answer(client, NULL);
	}
}

/* Drops who took too long; returns the ms until the next one has, -1 where nobody is there. */
static int drop_the_late(void)
{
	long long now = now_ns(), least = -1;

	for (struct client *c = clients; c < clients + CLIENTS; c++) {
		long long left = c->begun + CLIENT_NS - now;

		if (c->fd < 0)
			continue;
		if (left <= 0)
			drop(c);
		else if (least < 0 || left < least)
			least = left;
	}
	return least < 0 ? -1 : (int)(least / 1000000) + 1;
}

static void *http_thread(void *unused)
{
	static struct pollfd polled[PORTS + CLIENTS];

	(void)unused;
	for (;;) {
		int timeout = drop_the_late();

		memcpy(polled, listeners, sizeof(listeners));
		for (int i = 0; i < CLIENTS; i++)
			polled[PORTS + i] =
				(struct pollfd){ .fd = clients[i].fd, .events = POLLIN };
		if (poll(polled, PORTS + CLIENTS, timeout) <= 0)
			continue;
		/* Those who are here first: a place that is given to somebody else has not been
		 * heard. */
		for (int i = 0; i < CLIENTS; i++)
			if (polled[PORTS + i].revents != 0)
				read_from(&clients[i]);
		for (int port = 0; port < PORTS; port++)
			if ((polled[port].revents & POLLIN) != 0)
				welcome((enum port)port);
	}
	return NULL;
}

int http_start(void)
{
	pthread_t thread;

	for (struct client *c = clients; c < clients + CLIENTS; c++)
		c->fd = -1;
	int error = pthread_create(&thread, NULL, http_thread, NULL);
	if (error == 0)
		pthread_detach(thread);
	return error;
}
