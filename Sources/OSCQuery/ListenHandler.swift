import FlyingFox
import Foundation

/// One WebSocket: the commands LISTEN and IGNORE as JSON texts in, OSC packets as binary messages out.
///
/// Source: the OSCQuery proposal, "Optional Bi-Directional Communication". Commands that it does not define, addresses that
/// are not there and binary messages are passed over, as the proposal has no way to answer them.
struct ListenHandler: WSHandler {
  /// A command is a short line; more is a mix-up.
  private static let maximumMessageBytes = 16_384

  private struct Command: Decodable {
    var name: String
    var address: String

    enum CodingKeys: String, CodingKey {
      case name = "COMMAND"
      case address = "DATA"
    }
  }

  let listeners: ListenerList
  /// Address → index in ``SentMessages/messages``.
  let indices: [String: Int]

  func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
    let outbox = ClientOutbox()
    let id = listeners.add(outbox)
    let reader = Task {
      await read(client, id: id, outbox: outbox)
      listeners.remove(id)
      outbox.finish()
    }
    return AsyncStream {
      await outbox.next()
    } onCancel: {
      reader.cancel()
      listeners.remove(id)
      outbox.finish()
    }
  }

  private func read(_ client: AsyncThrowingStream<WSFrame, any Error>, id: Int, outbox: ClientOutbox) async {
    var message = Data()
    do {
      for try await frame in client {
        switch frame.opcode {
        case .ping: outbox.reply(WSFrame(fin: true, opcode: .pong, mask: nil, payload: frame.payload))
        case .pong: break
        case .close:
          return outbox.reply(WSFrame(fin: true, opcode: .close, mask: nil, payload: frame.payload.prefix(2)))
        case .text, .binary, .continuation:
          message = frame.opcode == .continuation ? message + frame.payload : frame.payload
          guard message.count <= Self.maximumMessageBytes else {
            return outbox.reply(.close(code: WSCloseCode(1009, reason: "a command is a short JSON text")))
          }
          if frame.fin { obey(message, id: id) }
        default: return outbox.reply(.close(code: .protocolError))
        }
      }
    } catch {
      // The connection broke: the client has gone.
    }
  }

  private func obey(_ message: Data, id: Int) {
    guard let command = try? JSONDecoder().decode(Command.self, from: message), let index = indices[command.address]
    else { return }
    switch command.name {
    case "LISTEN": listeners.listen(id, to: index)
    case "IGNORE": listeners.ignore(id, message: index)
    default: break
    }
  }
}
