import CV4L2
import Glibc

/// The driver's frame buffers, mapped into memory. Unmapped when it goes, and with it all that they were lent to.
final class StreamBuffers {
  /// One buffer's mapping.
  final class Memory: @unchecked Sendable {
    // Never changed; the bytes are the driver's.
    private let buffer: UnsafeMutableRawBufferPointer
    private let system: any VideoSystem

    init(_ buffer: UnsafeMutableRawBufferPointer, _ system: any VideoSystem) {
      (self.buffer, self.system) = (buffer, system)
    }

    deinit { system.unmap(buffer.baseAddress, length: buffer.count) }

    var count: Int { buffer.count }
    var bytes: UnsafePointer<UInt8> { UnsafePointer(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)) }
  }

  private(set) var mapped: [Memory] = []
  let system: any VideoSystem

  /// Asks for `count` buffers, maps and queues those that the driver grants.
  init(of node: borrowing VideoNode, count: UInt32) throws(CaptureError) {
    system = node.system
    var request = v4l2_requestbuffers()
    request.count = count
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    request.memory = V4L2_MEMORY_MMAP.rawValue
    try node.call(.requestBuffers, &request)
    guard request.count >= 2 else {
      throw .device(path: node.path, call: "VIDIOC_REQBUFS", reason: "\(request.count) buffers granted; 2 are needed")
    }
    for index in 0..<request.count {
      var buffer = Self.description(index: index)
      try node.call(.queryBuffer, &buffer)
      let address = system.map(node.descriptor, length: Int(buffer.length), offset: Int64(buffer.m.offset))
      guard let address else { throw .device(path: node.path, call: "mmap", code: errno) }
      mapped.append(Memory(UnsafeMutableRawBufferPointer(start: address, count: Int(buffer.length)), system))
      try node.call(.queueBuffer, &buffer)
    }
  }

  /// The first `count` bytes of a buffer, fewer where it is smaller; nil for an index that was never granted.
  func bytes(of index: UInt32, count: UInt32) -> UnsafeBufferPointer<UInt8>? {
    guard mapped.indices.contains(Int(index)) else { return nil }
    let memory = mapped[Int(index)]
    return UnsafeBufferPointer(start: memory.bytes, count: min(Int(count), memory.count))
  }

  /// A `v4l2_buffer` that names one of the buffers.
  static func description(index: UInt32 = 0) -> v4l2_buffer {
    var buffer = v4l2_buffer()
    buffer.index = index
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    buffer.memory = V4L2_MEMORY_MMAP.rawValue
    return buffer
  }
}
