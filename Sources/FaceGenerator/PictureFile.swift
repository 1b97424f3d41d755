import CAvformat
import Foundation

/// An 8-bit RGBA picture, rows from the top.
package struct Picture: Sendable {
  package let width: Int
  package let height: Int
  /// `width * height * 4` bytes.
  package var bytes: [UInt8]

  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0 && bytes.count == width * height * 4, "picture \(width)×\(height)")
    self.width = width
    self.height = height
    self.bytes = bytes
  }
}

/// Reads and writes still pictures through libav.
package enum PictureFile {
  /// Decodes a JPEG or, by the name's `.png`, a PNG file to RGBA.
  package static func read(_ path: String) throws(GeneratorError) -> Picture {
    let kind = path.lowercased().hasSuffix(".png") ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG
    guard let data = FileManager.default.contents(atPath: path) else { throw .missingAsset(path: path) }
    guard let codec = avcodec_find_decoder(kind), let context = avcodec_alloc_context3(codec),
      let packet = av_packet_alloc(), let frame = av_frame_alloc()
    else { throw .codec(call: "avcodec_find_decoder", fault: "no decoder for \(path)") }
    var owned: (UnsafeMutablePointer<AVCodecContext>?, UnsafeMutablePointer<AVPacket>?, UnsafeMutablePointer<AVFrame>?)
    owned = (context, packet, frame)
    defer {
      avcodec_free_context(&owned.0)
      av_packet_free(&owned.1)
      av_frame_free(&owned.2)
    }
    context.pointee.thread_count = 1
    guard avcodec_open2(context, codec, nil) >= 0, av_new_packet(packet, Int32(data.count)) >= 0 else {
      throw .codec(call: "avcodec_open2", fault: "cannot open the decoder for \(path)")
    }
    data.withUnsafeBytes {
      packet.pointee.data.update(from: $0.bindMemory(to: UInt8.self).baseAddress!, count: $0.count)
    }
    guard avcodec_send_packet(context, packet) >= 0, avcodec_receive_frame(context, frame) >= 0 else {
      throw .malformedAsset(path: path, fault: "not a picture of the kind that its name says")
    }
    let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
    var bytes = [UInt8](repeating: 0, count: width * height * 4)
    try convert(frame, to: AV_PIX_FMT_RGBA, into: &bytes, stride: width * 4)
    return Picture(width: width, height: height, bytes: bytes)
  }

  /// Writes a PNG file.
  package static func writePNG(_ picture: Picture, path: String) throws(GeneratorError) {
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG), let context = avcodec_alloc_context3(codec),
      let packet = av_packet_alloc(), let frame = av_frame_alloc()
    else { throw .codec(call: "avcodec_find_encoder", fault: "no PNG encoder") }
    var owned: (UnsafeMutablePointer<AVCodecContext>?, UnsafeMutablePointer<AVPacket>?, UnsafeMutablePointer<AVFrame>?)
    owned = (context, packet, frame)
    defer {
      avcodec_free_context(&owned.0)
      av_packet_free(&owned.1)
      av_frame_free(&owned.2)
    }
    context.pointee.width = Int32(picture.width)
    context.pointee.height = Int32(picture.height)
    context.pointee.pix_fmt = AV_PIX_FMT_RGBA
    context.pointee.time_base = AVRational(num: 1, den: 1)
    frame.pointee.width = Int32(picture.width)
    frame.pointee.height = Int32(picture.height)
    frame.pointee.format = AV_PIX_FMT_RGBA.rawValue
    guard avcodec_open2(context, codec, nil) >= 0, av_frame_get_buffer(frame, 0) >= 0 else {
      throw .codec(call: "avcodec_open2", fault: "cannot open the PNG encoder for \(picture.width)×\(picture.height)")
    }
    let stride = Int(frame.pointee.linesize.0)
    picture.bytes.withUnsafeBufferPointer { source in
      for row in 0..<picture.height {
        (frame.pointee.data.0! + row * stride).update(
          from: source.baseAddress! + row * picture.width * 4, count: picture.width * 4)
      }
    }
    guard avcodec_send_frame(context, frame) >= 0, avcodec_send_frame(context, nil) >= 0,
      avcodec_receive_packet(context, packet) >= 0
    else { throw .codec(call: "avcodec_send_frame", fault: "PNG encoding failed") }
    let data = Data(bytes: packet.pointee.data, count: Int(packet.pointee.size))
    do { try data.write(to: URL(fileURLWithPath: path)) } catch {
      throw .writeFailed(path: path, fault: error.localizedDescription)
    }
  }

  private static func convert(
    _ frame: UnsafeMutablePointer<AVFrame>, to format: AVPixelFormat, into bytes: inout [UInt8], stride: Int
  ) throws(GeneratorError) {
    let (width, height) = (frame.pointee.width, frame.pointee.height)
    // JPEG's full-range formats go by their plain names and a flag, or libswscale warns about each picture.
    let plain: [AVPixelFormat: AVPixelFormat] = [
      AV_PIX_FMT_YUVJ420P: AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ422P: AV_PIX_FMT_YUV422P,
      AV_PIX_FMT_YUVJ444P: AV_PIX_FMT_YUV444P,
    ]
    let given = AVPixelFormat(frame.pointee.format)
    guard
      let scaler = sws_getContext(width, height, plain[given] ?? given, width, height, format, 2, nil, nil, nil)
    else { throw .codec(call: "sws_getContext", fault: "no conversion from pixel format \(frame.pointee.format)") }
    defer { sws_freeContext(scaler) }
    let coefficients = sws_getCoefficients(SWS_CS_DEFAULT)
    sws_setColorspaceDetails(scaler, coefficients, plain[given] == nil ? 0 : 1, coefficients, 1, 0, 1 << 16, 1 << 16)
    let pointers = frame.pointee.data
    let strides = frame.pointee.linesize
    bytes.withUnsafeMutableBufferPointer { target in
      let source: [UnsafePointer<UInt8>?] = [pointers.0, pointers.1, pointers.2, pointers.3].map {
        $0.map { UnsafePointer($0) }
      }
      _ = sws_scale(
        scaler, source, [strides.0, strides.1, strides.2, strides.3], 0, height, [target.baseAddress, nil, nil, nil],
        [Int32(stride), 0, 0, 0])
    }
  }
}
