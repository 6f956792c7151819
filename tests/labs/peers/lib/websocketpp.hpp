// What the client and the server made with websocketpp (Debian's libwebsocketpp-dev) share. Its transport for
// streams needs no Boost: it gets the bytes that come, and hands out those to send. The socket is ours.
#pragma once

#define _WEBSOCKETPP_CPP11_STL_

#include <cstdio>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <websocketpp/config/core.hpp>
#include <websocketpp/config/core_client.hpp>

using Json = nlohmann::json;
namespace opcode = websocketpp::frame::opcode;

inline void tell(const Json &event) {
  std::puts(event.dump().c_str());
  std::fflush(stdout);
}

inline std::string hex(const std::string &bytes) {
  std::string text;
  for (unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

inline std::string bytes(const std::string &hex) {
  std::string bytes;
  for (size_t at = 0; at + 1 < hex.size(); at += 2) bytes += char(std::stoi(hex.substr(at, 2), nullptr, 16));
  return bytes;
}

/** A connected socket. */
class Socket {
public:
  explicit Socket(int descriptor) : descriptor(descriptor) {}
  ~Socket() { ::close(descriptor); }
  Socket(const Socket &) = delete;

  std::error_code write(const char *data, size_t length) const {
    while (length > 0) {
      ssize_t written = ::send(descriptor, data, length, MSG_NOSIGNAL);
      if (written < 0) return {errno, std::generic_category()};
      data += written, length -= size_t(written);
    }
    return {};
  }

  /** Ends both directions: the reader then sees the end. */
  std::error_code shut() const {
    ::shutdown(descriptor, SHUT_RDWR);
    return {};
  }

  /** Hands on what has come, or that nothing more will; says whether more may. */
  template <typename Connection> bool receive(Connection &connection) const {
    char piece[65536];
    ssize_t length = ::recv(descriptor, piece, sizeof piece, 0);
    if (length > 0) return connection.read_all(piece, size_t(length)) == size_t(length);
    connection.eof();
    return false;
  }

  const int descriptor;
};

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(uint16_t(port));
  return address;
}

/** Logs nothing, and lets its bytes go to the socket of `of(handle)`. */
template <typename Endpoint, typename Of> void through(Endpoint &endpoint, Of of) {
  endpoint.clear_access_channels(websocketpp::log::alevel::all);
  endpoint.clear_error_channels(websocketpp::log::elevel::all);
  endpoint.set_write_handler([of](auto, const char *data, size_t length) { return of()->write(data, length); });
  endpoint.set_shutdown_handler([of](auto) { return of()->shut(); });
}
