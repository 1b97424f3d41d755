import Glibc

/// Picks those messages of a frame that changed since they were last sent, and each at the latest after the keep-alive.
///
/// A receiver that starts late or forgets (VRChat after ten seconds without eyes, or with a new avatar) so hears everything
/// within one keep-alive. A frame in which nothing changed has no datagrams.
struct ChangeSelection: Sendable {
  /// `#bundle`, its zero, and the time tag "at once".
  private static let bundleHeader: [UInt8] = Array("#bundle\0".utf8) + [0, 0, 0, 0, 0, 0, 0, 1]

  /// The picked messages, bundled below ``PacketLayout/maximumBytes`` or each a datagram.
  private(set) var datagrams: DatagramSet

  private let isBundled: Bool
  private let keepAliveSeconds: Double
  /// The bytes that each message was last sent with, end to end.
  private var sent: [UInt8]
  private var sentSeconds: [Double]

  /// The bundle under construction, between frames.
  private var scratch: [UInt8] = {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(PacketLayout.maximumBytes)
    return bytes
  }()

  /// - Parameter messages: every message as a datagram of its own; their number and lengths stay as they are.
  init(of messages: DatagramSet, isBundled: Bool, keepAliveSeconds: Double) {
    self.isBundled = isBundled
    self.keepAliveSeconds = keepAliveSeconds
    sentSeconds = Array(repeating: -.infinity, count: messages.count)
    var bytes: [UInt8] = []
    messages.forEach { bytes.append(contentsOf: $0) }
    sent = bytes
    // At worst each message takes a bundle of its own.
    let room = messages.byteCount + messages.count * (Self.bundleHeader.count + 4)
    datagrams = DatagramSet(byteCapacity: room, datagramCapacity: messages.count)
  }

  /// Picks from the frame's messages; `seconds` is the sender's time. Allocates nothing.
  mutating func select(from messages: DatagramSet, seconds: Double) {
    datagrams.removeAll()
    var index = 0
    var offset = 0
    var bundle: [UInt8] = []
    swap(&bundle, &scratch)
    bundle.removeAll(keepingCapacity: true)
    messages.forEach { message in
      let isNew = sent.withUnsafeBytes { memcmp($0.baseAddress! + offset, message.baseAddress!, message.count) != 0 }
      if isNew || seconds - sentSeconds[index] >= keepAliveSeconds {
        sent.withUnsafeMutableBytes { sent in
          (sent.baseAddress! + offset).copyMemory(from: message.baseAddress!, byteCount: message.count)
        }
        sentSeconds[index] = seconds
        add(message, to: &bundle)
      }
      index += 1
      offset += message.count
    }
    close(&bundle)
    swap(&bundle, &scratch)
  }

  private mutating func add(_ message: UnsafeRawBufferPointer, to bundle: inout [UInt8]) {
    guard isBundled else { return datagrams.appendDatagram { $0.append(contentsOf: message) } }
    if bundle.count + 4 + message.count > PacketLayout.maximumBytes { close(&bundle) }
    if bundle.isEmpty { bundle.append(contentsOf: Self.bundleHeader) }
    withUnsafeBytes(of: UInt32(message.count).bigEndian) { bundle.append(contentsOf: $0) }
    bundle.append(contentsOf: message)
  }

  private mutating func close(_ bundle: inout [UInt8]) {
    guard !bundle.isEmpty else { return }
    datagrams.appendDatagram { $0.append(contentsOf: bundle) }
    bundle.removeAll(keepingCapacity: true)
  }
}
