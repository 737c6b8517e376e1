/** What counts as the same address: case and the way letters are composed do not matter. */
export const normaliseMail = (mail: string): string => mail.trim().normalize('NFC').toLowerCase();
