#pragma once
#include <microhttpd.h>

/// `MHD_start_daemon` takes its options as variadic arguments, which Swift cannot pass.
///
/// The daemon has no listening socket: connections are handed to it by `MHD_add_connection`. `MHD_quiesce_daemon` of
/// 0.9.75 with a thread pool can abort the process (it removes the socket from an epoll set that the loop thread may
/// have removed it from already), so we accept ourselves.
static inline struct MHD_Daemon *cmicrohttpd_start(
    unsigned int threads, unsigned int connection_limit, unsigned int per_address_limit,
    unsigned int idle_seconds, size_t connection_memory, MHD_AccessHandlerCallback access,
    void *(*uri)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connected,
    size_t (*unescape)(void *, struct MHD_Connection *, char *), void *context) {
    const unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC
                               | MHD_ALLOW_SUSPEND_RESUME;
    // A pool of one is refused; without the option there is one thread.
    const enum MHD_OPTION pool = threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, access, context,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_URI_LOG_CALLBACK, uri, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connected, context,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, context,
        pool, threads, MHD_OPTION_END);
}

/// `MHD_get_connection_info` is variadic too: the socket of a connection.
static inline int cmicrohttpd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// What the connection callback stored for a connection.
static inline void *cmicrohttpd_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}
