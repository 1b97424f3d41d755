import CAvformat
import FaceCore

/// Decodes a camera's JPEG frames to luma by libav, which knows the Huffman tables that many cameras leave out.
final class MotionJPEGDecoder {
  private var decoder: UnsafeMutablePointer<AVCodecContext>?
  private var packet = av_packet_alloc()
  private var picture = av_frame_alloc()
  private let grey = GreyConverter()
  private let path: String

  /// `path` names the camera in errors.
  init(path: String) throws(CaptureError) {
    self.path = path
    av_log_set_level(AV_LOG_QUIET)
    let codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG)
    decoder = avcodec_alloc_context3(codec)
    decoder?.pointee.thread_count = 1
    decoder?.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
    guard codec != nil, packet != nil, picture != nil, avcodec_open2(decoder, codec, nil) >= 0 else {
      throw .unreadable(path: path, reason: "sends MJPEG, and libavcodec was built without its decoder")
    }
  }

  deinit {
    av_frame_free(&picture)
    av_packet_free(&packet)
    avcodec_free_context(&decoder)
  }

  /// The luma of one JPEG, valid until the next call; nil when it can't be decoded.
  func luma(of jpeg: UnsafeBufferPointer<UInt8>, at time: CaptureTime) throws(CaptureError) -> Frame? {
    guard let source = jpeg.baseAddress, !jpeg.isEmpty, av_new_packet(packet, Int32(jpeg.count)) >= 0 else {
      return nil
    }
    packet!.pointee.data.update(from: source, count: jpeg.count)
    let sent = avcodec_send_packet(decoder, packet)
    av_packet_unref(packet)
    guard sent >= 0, avcodec_receive_frame(decoder, picture) >= 0, let picture else { return nil }
    return try grey.luma(of: picture, path: path, at: time)
  }
}
