/// A square region of interest around a face, in frame pixels: x to the right, y down, (0, 0) the frame's upper left corner.
package struct FaceWindow: Equatable, Sendable {
  /// The middle of the square, pixels.
  package var centre: SIMD2<Float>
  /// The length of an edge, pixels.
  package var side: Float
  /// The square's turn in radians, counter-clockwise as seen in the image: the head's roll.
  package var roll: Float

  package init(centre: SIMD2<Float>, side: Float, roll: Float) {
    self.centre = centre
    self.side = side
    self.roll = roll
  }
}
