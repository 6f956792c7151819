# frozen_string_literal: true

# An echo server made with the gem `em-websocket` (Debian's ruby-em-websocket).

require 'json'
require 'em-websocket'

def tell(**event)
  $stdout.puts(JSON.generate(event))
  $stdout.flush
end

def hex(bytes)
  bytes.unpack1('H*')
end

# A request of 01 looks like one of 76; given a draft, the server takes every request without a version for it.
if ARGV[0]
  EM::WebSocket::Handshake.prepend(Module.new do
    def process(headers, remains)
      headers['sec-websocket-draft'] ||= ARGV[0] if headers['sec-websocket-key1']
      super
    end
  end)
end

EM.run do
  server = EM::WebSocket.run(host: '127.0.0.1', port: 0) do |socket|
    socket.onopen do |handshake|
      tell(event: 'open', version: handshake.protocol_version, path: "#{handshake.path}?#{handshake.query_string}")
    end
    socket.onmessage do |text|
      tell(event: 'text', text: text)
      socket.send_text(text.dup)
    end
    socket.onbinary do |bytes|
      tell(event: 'binary', hex: hex(bytes))
      socket.send_binary(bytes)
    end
    socket.onping { |bytes| tell(event: 'ping', hex: hex(bytes)) }
    socket.onerror { |error| tell(event: 'error', message: "#{error.class}: #{error.message}") }
    socket.onclose { |info| tell(event: 'closed', code: info[:code], reason: info[:reason].to_s.dup.force_encoding('UTF-8')) }
  end
  tell(port: Socket.unpack_sockaddr_in(EM.get_sockname(server)).first)
end
