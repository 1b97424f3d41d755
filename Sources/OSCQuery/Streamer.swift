import Foundation
import Synchronization

/// The thread that encodes each new observation for those who listen, and sleeps while nobody does.
///
/// One message listened to is sent as that message; several are one bundle a frame, so that a face is never half old.
final class Streamer: Sendable {
  private let feed: ObservationFeed
  private let listeners: ListenerList
  private let isStopping = Mutex(false)
  private let done = DispatchSemaphore(value: 0)

  init(feed: ObservationFeed, listeners: ListenerList) {
    self.feed = feed
    self.listeners = listeners
  }

  /// Starts the thread with its own copy of the messages.
  func start(_ messages: SentMessages) {
    let thread = Thread { [self] in
      run(messages)
      done.signal()
    }
    thread.name = "gurn-oscquery"
    thread.start()
  }

  /// Ends the thread and returns when it has ended.
  func stop() {
    isStopping.withLock { $0 = true }
    feed.interrupt()
    done.wait()
  }

  private func run(_ start: SentMessages) {
    var messages = start
    while true {
      feed.wait()
      if isStopping.withLock({ $0 }) { return }
      let listening = listeners.listening
      guard !listening.isEmpty else { continue }
      messages.encode(feed)
      var packets: [Set<Int>: [UInt8]] = [:]
      for listener in listening {
        let packet = packets[listener.messages] ?? Self.packet(of: listener.messages, in: messages)
        packets[listener.messages] = packet
        listener.outbox.publish(packet)
      }
    }
  }

  /// A message as it is, or a bundle with the time tag "immediately" (OSC 1.0, "OSC Bundles").
  static func packet(of indices: Set<Int>, in messages: SentMessages) -> [UInt8] {
    if indices.count == 1, let index = indices.first { return messages.packet(index) }
    var bundle = Array("#bundle\0".utf8) + [0, 0, 0, 0, 0, 0, 0, 1]
    for index in indices.sorted() {
      let message = messages.packet(index)
      bundle += withUnsafeBytes(of: UInt32(message.count).bigEndian, Array.init)
      bundle += message
    }
    return bundle
  }
}
