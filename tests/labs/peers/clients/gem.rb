# frozen_string_literal: true

# A client made with the gem `websocket` (Debian's ruby-websocket). The gem does the handshake and the
# frames; the socket is ours. `version` is the gem's name of the draft, `frames` that of the framing.

require 'json'
require 'socket'
require 'uri'
require 'websocket'

WebSocket.should_raise = true

# The gem strips white space from the 16-byte answer of hixie-76 and cuts it at newlines, and so refuses
# about one good answer in sixteen. This compares all sixteen bytes, as the draft has it.
class WholeAnswer < WebSocket::Handshake::Client
  def answer
    @leftovers.to_s.b[0, 16]
  end

  # What came after the handshake: the first frames.
  def rest
    keyed? ? @leftovers.to_s.b[16..].to_s : @leftovers.to_s.b
  end

  def complete?
    finished? && (!keyed? || answer.bytesize == 16)
  end

  def keyed?
    @handler.is_a?(WebSocket::Handshake::Handler::Client76)
  end

  def valid?
    return super unless keyed?

    numbers = %i[key1 key2].map { |key| @handler.send(key) && @handler.instance_variable_get("@#{key}_number") }
    finished? && @error.nil? && answer == Digest::MD5.digest(numbers.pack('N2') + @handler.send(:key3)) &&
      @handler.send(:verify_protocol)
  end
end

# The gem takes any reason of a close frame beyond ASCII for bad UTF-8.
WebSocket::Frame::Handler::Handler07.prepend(Module.new do
  private

  def valid_encoding?(data)
    data.nil? || data.to_s.dup.force_encoding('UTF-8').valid_encoding?
  end
end)

class Client
  def initialize
    @commands = String.new
  end

  def run
    loop do
      ready, = IO.select([$stdin, @socket].reject { |stream| stream.nil? || stream.closed? })
      return if ready.include?($stdin) && !obey
      receive if ready.include?(@socket)
    end
  end

  private

  def tell(event, **more)
    $stdout.puts(JSON.generate({ event: event, **more }))
    $stdout.flush
  end

  def obey
    @commands << $stdin.read_nonblock(1 << 20)
    while (line = @commands.slice!(/\A[^\n]*\n/))
      command = JSON.parse(line, symbolize_names: true)
      send("do_#{command.delete(:do)}", **command)
    end
    true
  rescue EOFError
    false
  end

  def do_open(url:, version:, frames: version, protocols: [])
    uri = URI.parse(url)
    @version = version
    @frames = frames
    @closing = nil
    @sent_close = false
    @socket = TCPSocket.new(uri.host, uri.port)
    @handshake = WholeAnswer.new(url: url, version: version, origin: 'http://peer.example', protocols: protocols)
    @socket.write(@handshake.to_s)
    @handshake << @socket.readpartial(65_536) until @handshake.complete?
    raise 'the handshake is not valid' unless @handshake.valid?

    check_origin_and_location(url)
    @incoming = WebSocket::Frame::Incoming::Client.new(version: @frames)
    tell(:open, protocol: @handshake.headers['sec-websocket-protocol'] || @handshake.headers['websocket-protocol'] || '')
    decode(@handshake.rest)
  rescue StandardError => e
    tell(:error, message: "#{e.class}: #{e.message}")
  end

  # A client up to 03 fails unless both come back; the gem does not look.
  def check_origin_and_location(url)
    return unless @version >= 75 || @version <= 3

    prefix = @version == 75 ? '' : 'sec-'
    headers = @handshake.headers
    origin, location = %w[origin location].map { |name| headers["#{prefix}websocket-#{name}"] }
    raise "origin #{origin.inspect}" unless origin == 'http://peer.example'
    raise "location #{location.inspect}" unless location == url
  end

  def do_text(text:) = write(:text, text)
  def do_binary(hex:) = write(:binary, [hex].pack('H*'))
  def do_ping(hex:) = write(:ping, [hex].pack('H*'))
  def do_pong(hex:) = write(:pong, [hex].pack('H*'))

  def do_close(code: nil, reason: '')
    # hixie-75 has no closing handshake.
    return @socket.close_write if @version == 75

    @sent_close = true
    write(:close, reason, code)
  end

  def do_drop
    @socket.close
    tell(:closed, code: 1006, reason: '', clean: false)
  end

  def write(type, data, code = nil)
    @socket.write(encode(type, data, code))
  end

  def encode(type, data, code)
    frame = WebSocket::Frame::Outgoing::Client.new(version: @frames, type: type, data: data, code: code)
    frame.to_s
  end

  def receive
    decode(@socket.readpartial(65_536))
  rescue EOFError, SystemCallError
    @socket.close
    clean = @version == 75 || (@sent_close && !@closing.nil?)
    tell(:closed, code: @closing&.code, reason: @closing ? text_of(@closing) : '', clean: clean)
  end

  def decode(bytes)
    @incoming << bytes
    while (frame = @incoming.next)
      case frame.type
      when :text then tell(:text, text: text_of(frame))
      when :binary, :pong then tell(frame.type, hex: frame.data.to_s.unpack1('H*'))
      when :ping then write(:pong, frame.data.to_s)
      when :close then closed_by(frame)
      end
    end
  rescue WebSocket::Error => e
    tell(:error, message: "#{e.class}: #{e.message}")
  end

  def closed_by(frame)
    @closing = frame
    return if @sent_close

    @sent_close = true
    write(:close, '', frame.code)
  end

  def text_of(frame)
    frame.data.to_s.dup.force_encoding('UTF-8')
  end
end

Client.new.run
