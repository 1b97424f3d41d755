import CV4L2
import FaceCore
import Glibc

/// A camera that streams from memory-mapped buffers, through libv4l2. Used from one thread only.
final class V4L2Camera: Camera {
  let path: String
  /// The card's name.
  let description: String
  /// As granted, which needs not be as requested.
  let format: PixelFormat
  let width, height: Int
  /// Frames a second as granted, 0 when the driver doesn't say.
  let nominalRate: Double
  private(set) var account = FrameAccount()

  private let node: VideoNode
  private let buffers: StreamBuffers
  private let granted: VideoNode.Granted
  private let jpeg: MotionJPEGDecoder?
  private let copy: UnsafeMutableBufferPointer<UInt8>
  /// The buffers that are not the driver's: that of the last frame, and those that others hold. A bit each.
  private var out: UInt32 = 0
  /// The buffers as dma-bufs, since frames were first to be lent; empty where that failed.
  private var exported: [CameraBuffer]?
  private var isLending = false
  private(set) var lendingProblem: String?

  private static let bufferCount: UInt32 = 4
  private static let smallestEdge = 32

  /// Opens the node, agrees on a format, sets the controls and starts the stream.
  ///
  /// - Throws: ``CaptureError``; for a control that the camera doesn't have, with those that it has.
  init(
    path: String, request: CameraRequest, system: any VideoSystem = KernelVideo.shared
  ) throws(CaptureError) {
    let node = try VideoNode(path: path, converts: true, system: system)
    let capabilities = try node.capabilities()
    let formats = node.formats()
    guard let wanted = request.choose(from: formats) else {
      throw .unreadable(
        path: path,
        reason: formats.isEmpty
          ? "captures no video"
          : "offers \(formats.map(\.name).joined(separator: ", ")); "
            + "needed is one of \(request.formats.map(\.rawValue).joined(separator: ", "))")
    }
    granted = try node.setFormat(wanted, request)
    format = granted.format
    (width, height) = (granted.width, granted.height)
    guard min(width, height) >= Self.smallestEdge else {
      throw .unreadable(
        path: path,
        reason: "sends \(width)×\(height) pixels; at least \(Self.smallestEdge)×\(Self.smallestEdge) are needed")
    }
    nominalRate = node.setRate(request.framesPerSecond)
    try node.apply(request.settings)
    jpeg = format == .mjpeg ? try MotionJPEGDecoder(path: path) : nil
    copy = .allocate(capacity: format == .yuyv ? width * height : 0)
    self.path = path
    description = text(of: capabilities.card)
    do {
      buffers = try StreamBuffers(of: node, count: Self.bufferCount)
      var type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
      try node.call(.streamOn, &type)
    } catch {
      copy.deallocate()
      throw error
    }
    self.node = node
  }

  /// Opens the camera of a name; of several that it may mean the first that can be opened, as another program may hold one.
  ///
  /// - Throws: ``CaptureError``: why the first can't be opened.
  static func open(
    _ name: String, in list: CameraList, request: CameraRequest, system: any VideoSystem = KernelVideo.shared
  ) throws(CaptureError) -> V4L2Camera {
    var first: CaptureError?
    for candidate in try list.candidates(name) {
      do throws(CaptureError) {
        return try V4L2Camera(path: candidate.path, request: request, system: system)
      } catch { first = first ?? error }
    }
    throw first ?? .noCamera(name: name, known: [], unreadable: [])
  }

  deinit {
    var type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    // An unplugged camera refuses; it has stopped all the same.
    _ = node.attempt(.streamOff, &type)
    for buffer in exported ?? [] { buffer.retire() }
    copy.deallocate()
  }

  func lend(_ isLending: Bool) {
    self.isLending = isLending
    guard isLending, exported == nil else { return }
    exported = []
    lendingProblem = StreamBuffers.lendingProblem(format, count: buffers.mapped.count)
    guard lendingProblem == nil else { return }
    do { exported = try buffers.export(of: node, granted) } catch { lendingProblem = error.description }
  }

  func read(timeout: Duration) throws(CaptureError) -> Frame? {
    try takeBack()
    let deadline = CaptureTime.now + timeout
    while let events = try waitForFrame(until: deadline) {
      var buffer = StreamBuffers.description()
      let code = node.attempt(.dequeueBuffer, &buffer)
      // libv4l2 says so when it could not convert a frame; on a failed stream it would be said for ever.
      if code == EAGAIN, events & POLLIN != 0 { continue }
      guard code == 0 else { throw .device(path: path, call: VideoNode.Request.dequeueBuffer.name, code: code) }
      if let frame = try take(buffer) { return frame }
      account.wasDamaged()
      try giveBack(buffer.index)
    }
    return nil
  }

  /// The luma of a filled buffer; nil when it is damaged.
  private func take(_ buffer: v4l2_buffer) throws(CaptureError) -> Frame? {
    account.arrived(sequence: buffer.sequence)
    guard buffer.flags & UInt32(V4L2_BUF_FLAG_ERROR) == 0,
      let bytes = buffers.bytes(of: buffer.index, count: buffer.bytesused), let start = bytes.baseAddress
    else { return nil }
    let time = account.time(stamp: buffer.monotonicTime, now: .now)
    let stride = granted.stride
    var frame: Frame
    if let jpeg {
      guard let decoded = try jpeg.luma(of: bytes, at: time) else { return nil }
      frame = decoded
    } else {
      guard bytes.count >= stride * (height - 1) + width * format.bytesPerPixel! else { return nil }
      if isLending, let exported, exported.indices.contains(Int(buffer.index)) {
        frame = Frame(pixels: start, width: width, height: height, stride: stride, time: time)
        frame.step = format.bytesPerPixel!
        frame.buffer = exported[Int(buffer.index)]
      } else if format == .yuyv {
        let target = copy.baseAddress!
        CameraBuffer.Layout(width: width, height: height, stride: stride, step: 2).copyLuma(from: start, to: target)
        frame = Frame(pixels: target, width: width, height: height, stride: width, time: time)
      } else {
        frame = Frame(pixels: start, width: width, height: height, stride: stride, time: time)
      }
    }
    frame.original = SourcePicture(bytes, format: format, width: frame.width, height: frame.height, stride: stride)
    // A recording may want the camera's own bytes: they stay until the next call.
    out |= 1 << buffer.index
    account.wasDelivered()
    return frame
  }

  /// Gives the driver all buffers that nobody holds any more.
  private func takeBack() throws(CaptureError) {
    guard out != 0 else { return }
    for index in buffers.mapped.indices where out & 1 << UInt32(index) != 0 {
      if let exported, exported.indices.contains(index), exported[index].isHeld { continue }
      out &= ~(1 << UInt32(index))
      try giveBack(UInt32(index))
    }
  }

  private func giveBack(_ index: UInt32) throws(CaptureError) {
    var buffer = StreamBuffers.description(index: index)
    try node.call(.queueBuffer, &buffer)
  }

  /// What `poll` says once there is something to dequeue, a failure included; nil when the time is over.
  private func waitForFrame(until deadline: CaptureTime) throws(CaptureError) -> Int32? {
    while true {
      let left = max(0, deadline.nanoseconds - CaptureTime.now.nanoseconds)
      let events = node.system.wait(node.descriptor, milliseconds: Int32((left + 999_999) / 1_000_000))
      if events >= 0 { return events > 0 ? events : nil }
      if events != -EINTR { throw .device(path: path, call: "poll", code: -events) }
    }
  }
}
