import FaceCore

/// An 8-bit luma picture that a source lends until its next `next()`.
package struct Frame {
  /// The first row; row `y` begins at `y * stride`.
  package var pixels: UnsafePointer<UInt8>
  package var width: Int
  package var height: Int
  /// Bytes from one row to the next, at least `width`.
  package var stride: Int
  /// Bytes from one pixel to the next: 1, or 2 in a YUYV frame that is lent.
  package var step = 1
  package var time: CaptureTime
  /// The picture as the source delivered it, nil where only its luma can be had; lent as long as the luma.
  package var original: SourcePicture?
  /// Where the frame lies, if it is lent: hold it to read the frame beyond the source's next call.
  package var buffer: CameraBuffer?

  package init(
    pixels: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int, time: CaptureTime,
    original: SourcePicture? = nil
  ) {
    self.pixels = pixels
    self.width = width
    self.height = height
    self.stride = stride
    self.time = time
    self.original = original
  }
}

/// What a source has to say when asked for its next frame.
package enum FrameRead {
  /// A frame, valid until the next call.
  case frame(Frame)
  /// No frame yet from a camera that is there and may only be slow: in the dark some expose for a second. Ask again.
  case late
  /// No frame at present, and why: a camera that is away or silent. Ask again.
  case waiting(reason: String)
  /// There will be no more.
  case end
}

/// A camera or a recording. Used from one thread only.
package protocol FrameSource: AnyObject {
  /// For people: the file's name, the camera's card.
  var description: String { get }
  /// Frames a second as the source states them, 0 when unknown.
  var nominalRate: Double { get }
  /// The number of frames of a recording, nil when unknown or endless.
  var frameCount: Int? { get }
  /// Whether frames come at their own pace (a camera) or as fast as they are asked for (a file).
  var isLive: Bool { get }
  /// Packets and pictures that were damaged or missing so far.
  var damagedFrames: Int { get }

  /// The next frame. A camera blocks for at most half a second.
  func next() throws(CaptureError) -> FrameRead
}

/// A source that can lend frames where a camera's driver left them, for a GPU to read. Used from one thread.
package protocol LendingSource: FrameSource {
  /// Asks for frames with their ``Frame/buffer`` as far as that is possible, or for frames without; does nothing where that
  /// holds already.
  func lend(_ isLending: Bool)
  /// Why frames that are asked for with a buffer come without; nil where they come, or it isn't known yet.
  var lendingProblem: String? { get }
}
