import CAvformat
import FaceCore

/// A copy of a source's picture that owns its memory, which grows but is never given back before it goes.
final class StoredPicture {
  /// What a picture is beside its bytes: pictures of one shape fit into one video stream.
  struct Shape: Equatable {
    var isJPEG: Bool
    /// libav's number of the pixel format; of no meaning for a JPEG.
    var format: Int32
    var width, height: Int

    init(_ picture: SourcePicture) {
      (width, height) = (picture.width, picture.height)
      switch picture.coding {
      case .jpeg: (isJPEG, format) = (true, AV_PIX_FMT_NONE.rawValue)
      case .pixels(let number): (isJPEG, format) = (false, number)
      }
    }

    /// Bytes of a picture without gaps between rows; nil where libav knows no such picture, 0 for a JPEG.
    var byteCount: Int? {
      if isJPEG { return 0 }
      let count = av_image_get_buffer_size(AVPixelFormat(rawValue: format), Int32(width), Int32(height), 1)
      return count > 0 ? Int(count) : nil
    }
  }

  private(set) var shape: Shape?
  private(set) var time = CaptureTime(nanoseconds: 0)
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var byteCount = 0

  deinit { memory.deallocate() }

  /// Bytes that are held, used or not.
  var capacity: Int { memory.count }

  /// The bytes that a picture needs, nil where it is none that libav knows.
  static func need(of picture: SourcePicture) -> Int? {
    if case .jpeg(let count) = picture.coding { return count }
    return Shape(picture).byteCount
  }

  /// Takes a copy of `need` bytes.
  func store(_ picture: SourcePicture, need: Int, at time: CaptureTime) {
    if memory.count < need {
      memory.deallocate()
      // JPEGs differ in size from one to the next.
      memory = .allocate(byteCount: need + need / 4, alignment: 64)
    }
    shape = Shape(picture)
    self.time = time
    byteCount = need
    let target = memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
    switch picture.coding {
    case .jpeg: if let source = picture.planes[0] { target.update(from: source, count: need) }
    case .pixels(let format):
      withUnsafeBytes(of: picture.planes) { planes in
        withUnsafeBytes(of: picture.strides) { strides in
          _ = av_image_copy_to_buffer(
            target, Int32(need), planes.bindMemory(to: UnsafePointer<UInt8>?.self).baseAddress,
            strides.bindMemory(to: Int32.self).baseAddress, AVPixelFormat(rawValue: format), Int32(picture.width),
            Int32(picture.height), 1)
        }
      }
    }
  }

  /// The bytes: a JPEG, or planes without gaps between rows.
  var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount]) }
}
