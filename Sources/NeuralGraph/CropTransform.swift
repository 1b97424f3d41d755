import Foundation

/// Where a network's input lies in a frame: a rectangle with centre, width and roll, seen upright and perhaps in a mirror.
///
/// Frame pixels: x to the right, y down, (0, 0) the frame's upper left corner, a pixel's centre at + 0.5.
package struct CropTransform: Equatable, Sendable {
  /// The middle of the crop, frame pixels.
  package var centre: SIMD2<Float>
  /// The width of the crop in frame pixels, > 0; its height follows from the shape of the network's input.
  package var side: Float
  /// The crop's turn in radians, counter-clockwise as seen in the image.
  package var roll: Float
  /// Whether left and right change places: the network sees the subject's right eye as if it were the left.
  package var mirrored: Bool

  package init(centre: SIMD2<Float>, side: Float, roll: Float, mirrored: Bool) {
    self.centre = centre
    self.side = side
    self.roll = roll
    self.mirrored = mirrored
  }

  /// The direction in the frame (unit length, y down) of the crop's left-to-right, before any mirroring.
  package var rightAxis: SIMD2<Float> { SIMD2(cos(roll), -sin(roll)) }
  /// The direction in the frame (unit length, y down) of the crop's top-to-bottom.
  package var downAxis: SIMD2<Float> { SIMD2(sin(roll), cos(roll)) }

  /// The frame pixel at a place of the crop: `position` runs from −0.5 to 0.5 from left to right and from top to bottom.
  ///
  /// `aspect` is the height of the network's input divided by its width.
  package func framePoint(_ position: SIMD2<Float>, aspect: Float = 1) -> SIMD2<Float> {
    let u = mirrored ? -position.x : position.x
    return centre + rightAxis * (u * side) + downAxis * (position.y * side * aspect)
  }
}

/// A frame's luma, 8 bits a pixel, row after row; borrowed, valid as long as its owner says.
package struct LumaPlane {
  package var pixels: UnsafePointer<UInt8>
  /// Pixels in a row, > 0.
  package var width: Int
  /// Rows, > 0.
  package var height: Int
  /// Bytes from one row to the next, at least `width`.
  package var stride: Int

  package init(pixels: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int) {
    precondition(
      width > 0 && height > 0 && stride >= width, "a luma plane has pixels, and rows no longer than its stride")
    self.pixels = pixels
    self.width = width
    self.height = height
    self.stride = stride
  }
}

/// How a crop of the frame is placed by the landmarks that the window network found.
package struct LandmarkCrop: Equatable, Sendable {
  /// The landmarks whose mean is the crop's anchor; at least one.
  package var landmarks: [Int]
  /// How far below the anchor the crop's centre lies, in sides of the crop, along the face's own down axis.
  package var offset: Float
  /// The crop's side in sides of the corrected window, > 0.
  package var sideFactor: Float
  /// Whether the crop is seen in a mirror.
  package var mirrored: Bool

  package init(landmarks: [Int], offset: Float, sideFactor: Float, mirrored: Bool) {
    precondition(
      !landmarks.isEmpty && landmarks.allSatisfy { $0 >= 0 } && sideFactor > 0, "a crop needs landmarks and a size")
    self.landmarks = landmarks
    self.offset = offset
    self.sideFactor = sideFactor
    self.mirrored = mirrored
  }

  /// Landmarks of model files lie below this index.
  package static let maximumLandmark = 1024
  /// The largest side and offset, in sides, of model files.
  package static let maximumFactor: Float = 16

  /// A crop from a file; nil if it can't be one.
  package init?(validating landmarks: [Int], offset: Float, sideFactor: Float, mirrored: Bool) {
    guard !landmarks.isEmpty, landmarks.allSatisfy({ 0..<Self.maximumLandmark ~= $0 }),
      abs(offset) <= Self.maximumFactor,
      sideFactor > 0, sideFactor <= Self.maximumFactor
    else { return nil }
    self.init(landmarks: landmarks, offset: offset, sideFactor: sideFactor, mirrored: mirrored)
  }

  /// The crop in frame pixels.
  ///
  /// `landmarks` are x, y pairs, −1…1 across the crop that the window network read, y down. `correction` is the network's
  /// opinion of that window: the step to the face's centre (`dx`, `dy`), the logarithm of its side's ratio, the roll in
  /// radians to add. Side and roll are taken from the corrected window; the anchor comes from the landmarks alone, which
  /// lie in the window as it was read, so that `dx` and `dy` have no say.
  package func transform(
    window: CropTransform, landmarks points: UnsafePointer<Float>,
    correction: (dx: Float, dy: Float, dlogSide: Float, droll: Float)
  ) -> CropTransform {
    var sum = SIMD2<Float>.zero
    for landmark in landmarks { sum += SIMD2(points[2 * landmark], points[2 * landmark + 1]) }
    let anchor = window.framePoint(sum / Float(landmarks.count) / 2)
    var crop = CropTransform(
      centre: anchor, side: sideFactor * window.side * exp(correction.dlogSide), roll: window.roll + correction.droll,
      mirrored: mirrored)
    crop.centre += crop.downAxis * (offset * crop.side)
    return crop
  }
}
