package dev.jacquard.models.data;

/// What a pack says about one emoji.
///
/// @param sheet the PNG that shows it, for example `smileys-emotion.png`
/// @param x column of its left edge within the sheet, in pixels
/// @param y row of its upper edge within the sheet, in pixels
/// @param unified code points in hexadecimal, joined by `-`, for example `261D-FE0F`
/// @param name the Unicode name, for example `GRINNING FACE`
/// @param shortName the name used between colons in chats, for example `grinning`; unique
/// @param category one of 10, for example `Smileys & Emotion`
/// @param subcategory one of 99, for example `face-smiling`
public record EmojiEntry(
    String sheet,
    int x,
    int y,
    String unified,
    String name,
    String shortName,
    String category,
    String subcategory) {}
