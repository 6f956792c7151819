# frozen_string_literal: true

# A client made with the gem websocket and a server made with the gem em-websocket, in an old draft.
# The scenario is the gem's name of the draft, and perhaps a defect.

require 'socket'
require 'em-websocket'
require 'websocket'

version, defect = ARGV[0].split('-', 2)
port = Integer(ARGV[1])

# A server that forgets a part of the challenge.
if defect == 'answer'
  EM::WebSocket::Handler76.prepend(Module.new) if defined?(EM::WebSocket::Handler76)
  EM::WebSocket::Handshake76.singleton_class.prepend(Module.new do
    def solve_challenge(first, second, third)
      super(first, second, third.reverse)
    end
  end)
end

Thread.new do
  EM.run do
    EM::WebSocket.run(host: '127.0.0.1', port: port) do |socket|
      socket.onmessage { |text| socket.send_text(text.dup) }
      socket.onerror { |error| warn error.message }
    end
  end
end
sleep 0.5

socket = TCPSocket.new('127.0.0.1', port)
handshake = WebSocket::Handshake::Client.new(url: "ws://127.0.0.1:#{port}/chat", version: version, origin: 'http://127.0.0.1')
socket.write(handshake.to_s)
answer = String.new
answer << socket.readpartial(4096) until answer.include?("\r\n\r\n") && (version != '76' || answer.split("\r\n\r\n", 2)[1].bytesize >= 16)
send_frame = lambda do |type, data|
  frame = WebSocket::Frame::Outgoing::Client.new(version: version, data: data, type: type)
  socket.write(frame.to_s)
end
send_frame.call(:text, 'Grüße')
socket.readpartial(4096)
send_frame.call(:text, 'again')
socket.readpartial(4096)
socket.write("\x00\xff\xfe\xff".b) if defect == 'utf8'
sleep 0.1
send_frame.call(:close, version.to_i >= 75 || version == '5' ? '' : [1000].pack('n'))
begin
  loop { socket.readpartial(4096) }
rescue EOFError, Errno::ECONNRESET
  nil
end
socket.close
sleep 0.2
exit!(0)
