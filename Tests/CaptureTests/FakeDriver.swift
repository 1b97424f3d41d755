import CV4L2
import Foundation
import Glibc

@testable import Capture

/// A kernel with cameras of the test's own making: formats, controls, frames, and faults at any call.
final class FakeDriver: VideoSystem, @unchecked Sendable {
  /// One `/dev/videoN`.
  struct Node {
    var card = "Fake Camera"
    var driver = "uvcvideo"
    var capabilities = UInt32(V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING)
    /// Four characters each; all in 64×48 at 30 frames a second.
    var formats = ["YUYV"]
    var controls: [v4l2_queryctrl] = []
    var menus: [UInt32: [Int: String]] = [:]
    /// The `errno` of a call, by its name or "open"; it stays until it is taken away.
    var faults: [String: Int32] = [:]
    /// What the next buffers hold; when there is none left the camera is silent.
    var frames: [[UInt8]] = []
    /// Buffers among them that the driver flags as damaged, by their sequence number.
    var damaged: Set<UInt32> = []
    /// Sequence numbers that the driver dropped.
    var dropped: Set<UInt32> = []
    /// Where the driver grants another format than it was asked for.
    var granted: String?
    /// The format behind libv4l2's conversion; nil where there is none.
    var raw: String?
    /// How many buffers are granted at most.
    var bufferLimit: UInt32 = 32
  }

  var nodes: [String: Node]
  /// What was set, in its order.
  private(set) var assignments: [(number: UInt32, value: Int32)] = []
  private(set) var isStreaming: Set<String> = []
  private(set) var openCount = 0
  private var paths: [Int32: String] = [:]
  private var format: [String: String] = [:]
  /// The buffers that the driver has.
  private(set) var queued: [UInt32] = []
  private(set) var unmapped = 0
  private var memory: [UnsafeMutableRawPointer] = []
  private var sequence: UInt32 = 0
  private var nextDescriptor: Int32 = 1000

  static let bufferSize = 64 * 48 * 4

  init(_ nodes: [String: Node]) { self.nodes = nodes }

  deinit { for address in memory { address.deallocate() } }

  /// A control as a driver describes it.
  static func describe(
    _ number: UInt32, _ name: String, _ range: ClosedRange<Int32>, _ kind: v4l2_ctrl_type = V4L2_CTRL_TYPE_INTEGER
  ) -> v4l2_queryctrl {
    var query = v4l2_queryctrl()
    (query.id, query.type) = (number, kind.rawValue)
    (query.minimum, query.maximum, query.step) = (range.lowerBound, range.upperBound, 1)
    withUnsafeMutableBytes(of: &query.name) { $0.copyBytes(from: name.utf8) }
    return query
  }

  func open(_ path: String, converts: Bool) -> Int32 {
    guard let node = nodes[path] else { return -ENOENT }
    if let fault = node.faults["open"] { return -fault }
    nextDescriptor += 1
    openCount += 1
    paths[nextDescriptor] = path
    return nextDescriptor
  }

  func close(_ descriptor: Int32, converts: Bool) {
    openCount -= 1
    if let path = paths.removeValue(forKey: descriptor) { isStreaming.remove(path) }
  }

  func map(_ descriptor: Int32, length: Int, offset: Int64) -> UnsafeMutableRawPointer? { memory[Int(offset)] }

  func unmap(_ address: UnsafeMutableRawPointer?, length: Int) { unmapped += 1 }

  func driverControl(_ descriptor: Int32, _ code: UInt, _ argument: UnsafeMutableRawPointer) -> Int32 {
    let status = control(descriptor, code, argument)
    if status == 0, code == VideoNode.Request.format.code, let raw = paths[descriptor].flatMap({ nodes[$0]?.raw }) {
      argument.assumingMemoryBound(to: v4l2_format.self).pointee.fmt.pix.pixelformat = Self.code(raw)
    }
    return status
  }

  func wait(_ descriptor: Int32, milliseconds: Int32) -> Int32 {
    guard let path = paths[descriptor], let node = nodes[path] else { return Int32(POLLERR | POLLHUP) }
    if node.faults["VIDIOC_DQBUF"] != nil { return Int32(POLLERR) }
    if !node.frames.isEmpty, !queued.isEmpty { return Int32(POLLIN) }
    // Silence is waited out as a real one is.
    return poll(nil, 0, min(milliseconds, 20)) < 0 ? -errno : 0
  }

  func control(_ descriptor: Int32, _ code: UInt, _ argument: UnsafeMutableRawPointer) -> Int32 {
    guard let path = paths[descriptor], let node = nodes[path] else { return ENODEV }
    guard let request = VideoNode.Request.all.first(where: { $0.code == code }) else { return ENOTTY }
    if let fault = node.faults[request.name] { return fault }
    switch request.name {
    case "VIDIOC_QUERYCAP": return capabilities(node, argument)
    case "VIDIOC_ENUM_FMT", "VIDIOC_ENUM_FRAMESIZES", "VIDIOC_ENUM_FRAMEINTERVALS":
      return enumerate(node, request.name, argument)
    case "VIDIOC_S_FMT", "VIDIOC_G_FMT": return format(node, path, request.name, argument)
    case "VIDIOC_S_PARM": return 0
    case "VIDIOC_G_PARM":
      argument.assumingMemoryBound(to: v4l2_streamparm.self).pointee.parm.capture.timeperframe =
        v4l2_fract(numerator: 1, denominator: 30)
      return 0
    case "VIDIOC_QUERYCTRL": return query(node, argument)
    case "VIDIOC_QUERYMENU": return menu(node, argument)
    case "VIDIOC_G_CTRL": return 0
    case "VIDIOC_S_CTRL":
      let control = argument.assumingMemoryBound(to: v4l2_control.self).pointee
      assignments.append((control.id, control.value))
      return 0
    default: return stream(node, path, request.name, argument)
    }
  }

  private func capabilities(_ node: Node, _ argument: UnsafeMutableRawPointer) -> Int32 {
    let answer = argument.assumingMemoryBound(to: v4l2_capability.self)
    withUnsafeMutableBytes(of: &answer.pointee.card) { $0.copyBytes(from: node.card.utf8) }
    withUnsafeMutableBytes(of: &answer.pointee.driver) { $0.copyBytes(from: node.driver.utf8) }
    answer.pointee.capabilities = node.capabilities | UInt32(V4L2_CAP_DEVICE_CAPS)
    answer.pointee.device_caps = node.capabilities
    return 0
  }

  private static func code(_ name: String) -> UInt32 { name.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) } }

  private func enumerate(_ node: Node, _ call: String, _ argument: UnsafeMutableRawPointer) -> Int32 {
    switch call {
    case "VIDIOC_ENUM_FMT":
      let answer = argument.assumingMemoryBound(to: v4l2_fmtdesc.self)
      guard Int(answer.pointee.index) < node.formats.count else { return EINVAL }
      answer.pointee.pixelformat = Self.code(node.formats[Int(answer.pointee.index)])
    case "VIDIOC_ENUM_FRAMESIZES":
      let answer = argument.assumingMemoryBound(to: v4l2_frmsizeenum.self)
      guard answer.pointee.index == 0 else { return EINVAL }
      answer.pointee.type = V4L2_FRMSIZE_TYPE_DISCRETE.rawValue
      answer.pointee.discrete = v4l2_frmsize_discrete(width: 64, height: 48)
    default:
      let answer = argument.assumingMemoryBound(to: v4l2_frmivalenum.self)
      guard answer.pointee.index == 0 else { return EINVAL }
      answer.pointee.type = V4L2_FRMIVAL_TYPE_DISCRETE.rawValue
      answer.pointee.discrete = v4l2_fract(numerator: 1, denominator: 30)
    }
    return 0
  }

  private func format(_ node: Node, _ path: String, _ call: String, _ argument: UnsafeMutableRawPointer) -> Int32 {
    let answer = argument.assumingMemoryBound(to: v4l2_format.self)
    if call == "VIDIOC_S_FMT" {
      format[path] = node.granted ?? PixelFormat.name(ofCode: answer.pointee.fmt.pix.pixelformat)
    }
    (answer.pointee.fmt.pix.width, answer.pointee.fmt.pix.height) = (64, 48)
    answer.pointee.fmt.pix.pixelformat = Self.code(format[path] ?? node.formats[0])
    answer.pointee.fmt.pix.bytesperline = format[path] == "YUYV" ? 128 : format[path] == "MJPG" ? 0 : 64
    return 0
  }

  private func query(_ node: Node, _ argument: UnsafeMutableRawPointer) -> Int32 {
    let answer = argument.assumingMemoryBound(to: v4l2_queryctrl.self)
    let last = answer.pointee.id & ~cv4l2_next_ctrl
    guard let next = node.controls.sorted(by: { $0.id < $1.id }).first(where: { $0.id > last }) else { return EINVAL }
    answer.pointee = next
    return 0
  }

  private func menu(_ node: Node, _ argument: UnsafeMutableRawPointer) -> Int32 {
    let answer = argument.assumingMemoryBound(to: v4l2_querymenu.self)
    guard let item = node.menus[answer.pointee.id]?[Int(answer.pointee.index)] else { return EINVAL }
    UnsafeMutableRawBufferPointer(start: argument + 8, count: 32).copyBytes(from: item.utf8)
    return 0
  }

  private func stream(_ node: Node, _ path: String, _ call: String, _ argument: UnsafeMutableRawPointer) -> Int32 {
    let buffer = argument.assumingMemoryBound(to: v4l2_buffer.self)
    switch call {
    case "VIDIOC_REQBUFS":
      let request = argument.assumingMemoryBound(to: v4l2_requestbuffers.self)
      let count = min(request.pointee.count, node.bufferLimit)
      request.pointee.count = count
      queued = []
      while memory.count < Int(count) { memory.append(.allocate(byteCount: Self.bufferSize, alignment: 16)) }
    case "VIDIOC_QUERYBUF":
      (buffer.pointee.length, buffer.pointee.m.offset) = (UInt32(Self.bufferSize), buffer.pointee.index)
    case "VIDIOC_EXPBUF":
      nextDescriptor += 1
      openCount += 1
      argument.assumingMemoryBound(to: v4l2_exportbuffer.self).pointee.fd = nextDescriptor
    case "VIDIOC_QBUF": queued.append(buffer.pointee.index)
    case "VIDIOC_DQBUF":
      guard !node.frames.isEmpty, !queued.isEmpty else { return EAGAIN }
      let bytes = nodes[path]!.frames.removeFirst()
      while node.dropped.contains(sequence) { sequence &+= 1 }
      buffer.pointee.index = queued.removeFirst()
      memory[Int(buffer.pointee.index)].copyMemory(from: bytes, byteCount: bytes.count)
      (buffer.pointee.bytesused, buffer.pointee.sequence) = (UInt32(bytes.count), sequence)
      buffer.pointee.flags =
        UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
        | (node.damaged.contains(sequence) ? UInt32(V4L2_BUF_FLAG_ERROR) : 0)
      sequence &+= 1
    case "VIDIOC_STREAMON": isStreaming.insert(path)
    case "VIDIOC_STREAMOFF": isStreaming.remove(path)
    default: return ENOTTY
    }
    return 0
  }
}

extension VideoNode.Request {
  /// Every call that the module makes.
  static var all: [VideoNode.Request] {
    [
      capabilities, enumerateFormats, enumerateSizes, enumerateIntervals, format, setFormat, parameters, setParameters,
      requestBuffers, queryBuffer, exportBuffer, queueBuffer, dequeueBuffer, streamOn, streamOff, queryControl,
      queryMenu, control,
      setControl,
    ]
  }
}
