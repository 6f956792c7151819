// websocketpp.
#include <cstdlib>
#include <iostream>

#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>
#include <websocketpp/version.hpp>

using server = websocketpp::server<websocketpp::config::asio>;

int main(int, char **arguments) {
  std::cout << websocketpp::user_agent + sizeof "WebSocket++/" - 1 << std::endl;
  server endpoint;
  endpoint.clear_access_channels(websocketpp::log::alevel::all);
  endpoint.clear_error_channels(websocketpp::log::elevel::all);
  endpoint.init_asio();
  endpoint.set_reuse_addr(true);
  endpoint.set_message_handler([&](websocketpp::connection_hdl to, server::message_ptr message) {
    websocketpp::lib::error_code error;
    endpoint.send(to, message->get_payload(), message->get_opcode(), error);
  });
  endpoint.listen("127.0.0.1", arguments[1]);
  endpoint.start_accept();
  endpoint.run();
}
