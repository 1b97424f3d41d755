import FlyingFox
import Foundation
import Synchronization

/// What waits to be sent to one WebSocket client: replies, and a slot of one for the stream, where the newest wins.
///
/// A client that does not read holds one packet and nobody up.
final class ClientOutbox: Sendable {
  /// More unread replies than a client that reads can cause.
  private static let maximumReplies = 64

  private struct State {
    var replies: [WSFrame] = []
    var newest: [UInt8]?
    var isFinished = false
    var waiter: CheckedContinuation<WSFrame?, Never>?
    var replaced = 0
  }

  private let state = Mutex(State())

  /// Puts a packet in the slot, in the place of one that was not taken.
  func publish(_ packet: [UInt8]) {
    change { state in
      if state.newest != nil { state.replaced += 1 }
      state.newest = packet
    }
  }

  /// Queues a reply. A client that leaves too many unread is let go.
  func reply(_ frame: WSFrame) {
    change { state in
      if state.replies.count < Self.maximumReplies { state.replies.append(frame) } else { state.isFinished = true }
    }
  }

  /// Ends the stream after the replies that wait.
  func finish() { change { $0.isFinished = true } }

  /// How many packets gave way to newer ones.
  var replacedPackets: Int { state.withLock { $0.replaced } }

  /// The next frame to send; nil at the end. For one task.
  func next() async -> WSFrame? {
    await withCheckedContinuation { continuation in
      let frame: WSFrame?? = state.withLock { state in
        if let frame = Self.take(&state) { return .some(frame) }
        if state.isFinished { return .some(nil) }
        state.waiter = continuation
        return nil
      }
      if let frame { continuation.resume(returning: frame) }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let resumption: (CheckedContinuation<WSFrame?, Never>, WSFrame?)? = state.withLock { state in
      guard !state.isFinished else { return nil }
      body(&state)
      guard let waiter = state.waiter else { return nil }
      let frame = Self.take(&state)
      guard frame != nil || state.isFinished else { return nil }
      state.waiter = nil
      return (waiter, frame)
    }
    if let (waiter, frame) = resumption { waiter.resume(returning: frame) }
  }

  private static func take(_ state: inout State) -> WSFrame? {
    if !state.replies.isEmpty { return state.replies.removeFirst() }
    guard !state.isFinished, let packet = state.newest else { return nil }
    state.newest = nil
    return WSFrame(fin: true, opcode: .binary, mask: nil, payload: Data(packet))
  }
}
