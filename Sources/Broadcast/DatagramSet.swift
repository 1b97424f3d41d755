/// The finished datagrams of a frame, whose numbers are replaced in place: setting one allocates nothing.
///
/// Made by ``PacketLayout``, or of raw bytes by schemas that are not OSC.
package struct DatagramSet: Sendable {
  /// Where one argument lies; valid for the set that the layout returned with it.
  package struct Slot: Equatable, Sendable {
    let index: Int

    /// The slot of the argument `count` places further; slots are numbered in the order in which arguments were added.
    package static func + (slot: Slot, count: Int) -> Slot { Slot(index: slot.index + count) }
  }

  private var bytes: [UInt8]
  private var ranges: [Range<Int>]
  private let offsets: [Int]

  /// - Parameters:
  ///   - bytes: all datagrams end to end.
  ///   - ranges: where in `bytes` each datagram lies, in the order of sending.
  ///   - offsets: where in `bytes` the argument of each slot lies, or the type tag of a `T` or `F`.
  init(bytes: [UInt8], ranges: [Range<Int>], offsets: [Int]) {
    self.bytes = bytes
    self.ranges = ranges
    self.offsets = offsets
  }

  /// An empty set that is filled anew each frame, with room that is never exceeded.
  init(byteCapacity: Int, datagramCapacity: Int) {
    bytes = []
    bytes.reserveCapacity(byteCapacity)
    ranges = []
    ranges.reserveCapacity(datagramCapacity)
    offsets = []
  }

  /// How many datagrams are sent; those of no bytes are not.
  package var count: Int { ranges.reduce(0) { $0 + ($1.isEmpty ? 0 : 1) } }

  /// The bytes of all datagrams together.
  package var byteCount: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Replaces an `f` argument; a value that is not finite becomes 0, as receivers hand on what they hear.
  package mutating func set(_ slot: Slot, _ value: Float) {
    store((value.isFinite ? value : 0).bitPattern.bigEndian, slot)
  }

  /// Replaces an `i` argument.
  package mutating func set(_ slot: Slot, _ value: Int32) { store(value.bigEndian, slot) }

  /// Replaces a `d` argument; a value that is not finite becomes 0.
  package mutating func set(_ slot: Slot, _ value: Double) {
    store((value.isFinite ? value : 0).bitPattern.bigEndian, slot)
  }

  /// Replaces a `T` or `F` argument.
  package mutating func set(_ slot: Slot, _ value: Bool) { store(UInt8(ascii: value ? "T" : "F"), slot) }

  /// Replaces eight bytes by a double in little-endian order; a value that is not finite becomes 0.
  mutating func setLittleEndian(_ slot: Slot, _ value: Double) {
    store((value.isFinite ? value : 0).bitPattern.littleEndian, slot)
  }

  /// Replaces successive `f` arguments from `slot` on by a vector's components.
  package mutating func set(_ slot: Slot, _ value: SIMD3<Float>) {
    for index in 0..<3 { set(slot + index, value[index]) }
  }

  /// Replaces successive `f` arguments from `slot` on by a vector's components.
  package mutating func set(_ slot: Slot, _ value: SIMD4<Float>) {
    for index in 0..<4 { set(slot + index, value[index]) }
  }

  /// Sends only the first `count` bytes of a datagram from now on; none of it at 0.
  mutating func setByteCount(_ count: Int, ofDatagram index: Int) {
    let start = ranges[index].lowerBound
    ranges[index] = start..<start + count
  }

  /// Takes all datagrams away and keeps the storage.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
  }

  /// Appends a datagram of the bytes that `write` appends; allocates nothing within the set's room.
  mutating func appendDatagram(_ write: (inout [UInt8]) -> Void) {
    let start = bytes.count
    write(&bytes)
    ranges.append(start..<bytes.count)
  }

  /// Calls `body` with each datagram's bytes, in the order of sending; they are valid during the call.
  package func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { all in
      for range in ranges where !range.isEmpty { body(UnsafeRawBufferPointer(rebasing: all[range])) }
    }
  }

  private mutating func store<Bits: BitwiseCopyable>(_ bits: Bits, _ slot: Slot) {
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: bits, toByteOffset: offsets[slot.index], as: Bits.self) }
  }
}
