// An echo server made with websocketpp. It serves one connection after the other.

#include "../lib/websocketpp.hpp"

#include <memory>
#include <websocketpp/server.hpp>

using Server = websocketpp::server<websocketpp::config::core>;

int main() {
  std::unique_ptr<Socket> socket;
  Server server;
  through(server, [&] { return socket.get(); });
  auto connection = [&](auto handle) { return server.get_con_from_hdl(handle); };

  server.set_open_handler([&](auto handle) {
    auto version = connection(handle)->get_request_header("Sec-WebSocket-Version");
    tell({{"event", "open"},
          {"version", version.empty() ? 0 : std::stoi(version)},
          {"path", connection(handle)->get_resource()}});
  });
  server.set_message_handler([&](auto handle, auto message) {
    if (message->get_opcode() == opcode::text)
      tell({{"event", "text"}, {"text", message->get_payload()}});
    else
      tell({{"event", "binary"}, {"hex", hex(message->get_payload())}});
    server.send(handle, message->get_payload(), message->get_opcode());
  });
  server.set_ping_handler([](auto, const std::string &payload) {
    tell({{"event", "ping"}, {"hex", hex(payload)}});
    return true;
  });
  server.set_fail_handler([&](auto handle) {
    tell({{"event", "error"}, {"message", connection(handle)->get_ec().message()}});
  });
  server.set_close_handler([&](auto handle) {
    tell({{"event", "closed"},
          {"code", connection(handle)->get_remote_close_code()},
          {"reason", connection(handle)->get_remote_close_reason()}});
  });

  int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr *>(&address), length) != 0 || ::listen(listener, 16) != 0) return 1;
  ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length);
  tell({{"port", ntohs(address.sin_port)}});

  for (;;) {
    socket = std::make_unique<Socket>(::accept(listener, nullptr, nullptr));
    auto accepted = server.get_connection();
    accepted->start();
    while (socket->receive(*accepted)) {
    }
  }
}
