import CAvformat

/// Encodes pictures of one shape as FFV1, each for itself, without any loss.
///
/// Formats that FFV1 doesn't know (NV12, YUYV) are rearranged into the planar one with the same samples. Used from one thread.
final class LosslessEncoder {
  let context: UnsafeMutablePointer<AVCodecContext>
  private var owned: UnsafeMutablePointer<AVCodecContext>?
  private var frame = av_frame_alloc()
  private var scaler: OpaquePointer?
  private let source: AVPixelFormat
  private var planes = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: 4)
  private var strides = [Int32](repeating: 0, count: 4)

  /// FFV1's slices are encoded side by side; more than four save little at a webcam's size.
  private static let slices: Int32 = 4

  /// - Parameter timeBase: seconds of one unit of the times that ``encode(_:at:)`` takes.
  /// - Throws: ``RecordingError/unwritable(path:reason:)`` where libav can't.
  init(_ shape: StoredPicture.Shape, timeBase: AVRational, path: String) throws(RecordingError) {
    let fault = RecordingError.unwritable(path: path, reason: "libavcodec can't encode FFV1 of such pictures")
    source = AVPixelFormat(rawValue: shape.format)
    let (format, isFullRange) = Self.planar(source)
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_FFV1), let context = avcodec_alloc_context3(codec) else {
      throw fault
    }
    self.context = context
    owned = context
    let width = Int32(shape.width)
    let height = Int32(shape.height)
    var loss: Int32 = 0
    let chosen = avcodec_find_best_pix_fmt_of_list(codec.pointee.pix_fmts, format, 0, &loss)
    (context.pointee.width, context.pointee.height, context.pointee.pix_fmt) = (width, height, chosen)
    context.pointee.time_base = timeBase
    context.pointee.color_range = isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_UNSPECIFIED
    context.pointee.gop_size = 1
    context.pointee.level = 3
    context.pointee.slices = Self.slices
    context.pointee.thread_count = Self.slices
    context.pointee.thread_type = FF_THREAD_SLICE
    guard avcodec_open2(context, codec, nil) >= 0, let frame else { throw fault }
    (frame.pointee.width, frame.pointee.height, frame.pointee.format) = (width, height, chosen.rawValue)
    guard av_frame_get_buffer(frame, 0) >= 0 else { throw fault }
    if chosen != source {
      scaler = sws_getContext(width, height, format, width, height, chosen, SWS_POINT, nil, nil, nil)
      guard scaler != nil else { throw fault }
    }
  }

  deinit {
    sws_freeContext(scaler)
    av_frame_free(&frame)
    avcodec_free_context(&owned)
  }

  /// Hands a picture to the encoder; its packet can be received at once. False where libav refuses it.
  func encode(_ picture: StoredPicture, at time: Int64) -> Bool {
    guard let frame, let shape = picture.shape, av_frame_make_writable(frame) >= 0 else { return false }
    let start = picture.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    let (width, height) = (Int32(shape.width), Int32(shape.height))
    guard av_image_fill_arrays(&planes, &strides, start, source, width, height, 1) >= 0 else { return false }
    withUnsafeMutableBytes(of: &frame.pointee.data) { data in
      withUnsafeMutableBytes(of: &frame.pointee.linesize) { lineSizes in
        let target = data.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self).baseAddress!
        let targetStrides = lineSizes.assumingMemoryBound(to: Int32.self).baseAddress!
        let from = planes.map { UnsafePointer($0) }
        if let scaler {
          sws_scale(scaler, from, strides, 0, height, target, targetStrides)
        } else {
          var origin = from
          av_image_copy(target, targetStrides, &origin, strides, source, width, height)
        }
      }
    }
    frame.pointee.pts = time
    return avcodec_send_frame(context, frame) >= 0
  }

  /// The same layout without the mark of JPEG's range, which FFV1 keeps elsewhere, and whether there was one.
  private static func planar(_ format: AVPixelFormat) -> (AVPixelFormat, isFullRange: Bool) {
    switch format {
    case AV_PIX_FMT_YUVJ420P: (AV_PIX_FMT_YUV420P, true)
    case AV_PIX_FMT_YUVJ422P: (AV_PIX_FMT_YUV422P, true)
    case AV_PIX_FMT_YUVJ444P: (AV_PIX_FMT_YUV444P, true)
    case AV_PIX_FMT_YUVJ440P: (AV_PIX_FMT_YUV440P, true)
    default: (format, false)
    }
  }
}
