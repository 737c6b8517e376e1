export { userBalances, type BalanceOfPart, type MoneyStates, type UserBalances } from '../ledger/balances.ts';
